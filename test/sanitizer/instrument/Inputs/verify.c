/* Loops, webs of pointers and ways out of loops, for the verifier. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

struct node {
  struct node *next, *other;
  unsigned char *bytes;
  int size;
};
struct state {
  unsigned char *window, *in, *out;
  const unsigned short *codes;
  unsigned here, mask, left;
  struct node *list;
};

unsigned char *refill(struct state *s);

/* Origins that come together in a loop, some of them from within. */
int decode(struct state *s, int n) {
  unsigned char *in = s->in, *out = s->out, *from = s->window;
  while (n-- > 0) {
    unsigned code = s->codes[*in++ & s->mask];
    if (code > 200) {
      from = out - (code & 31);
      if (code & 1)
        from = s->window + s->here;
      do
        *out++ = *from++;
      while (--code & 15);
    } else if (code > 100) {
      in = refill(s);
      if (!in)
        goto done;
    } else {
      *out++ = (unsigned char)code;
    }
    if (!s->left)
      break;
  }
done:
  s->in = in;
  s->out = out;
  return *from;
}

int walk(struct node *n, struct node *m) {
  int total = 0;
  for (; n; n = n->size & 1 ? n->next : m) {
    for (int i = 0; i < n->size; i++)
      for (int j = 0; j < m->size; j++)
        total += n->bytes[i] ^ m->bytes[j];
    if (total < 0)
      return *m->bytes;
    m = m->other ? m->other : n;
  }
  return total;
}

/* A pointer that is found in a loop and used behind it. */
unsigned char *find(struct node *n, int wanted) {
  unsigned char *found = 0;
  for (int i = 0; i < n->size; i++)
    if (n->bytes[i] == wanted)
      found = n->bytes + i;
  if (found)
    *found = 0;
  return found;
}

/* The same, into another loop. */
int measure(struct node *n, int wanted) {
  unsigned char *p = n->bytes;
  int total = 0;
  while (*p != wanted)
    p++;
  while (*p)
    total += *p++;
  return total;
}

static jmp_buf back;
int again(struct node *n) {
  volatile int count = 0;
  if (setjmp(back) > 2)
    return n->size;
  for (int i = 0; i < 8; i++) {
    n->bytes[i]++;
    if (count++ > n->size)
      longjmp(back, count);
  }
  return count;
}

int swap(struct node *a, struct node *b, int n) {
  while (n--) {
    struct node *c = a;
    a = b->next;
    b = c;
    memcpy(a->bytes, b->bytes, (size_t)a->size);
    __atomic_fetch_add(&a->size, b->size, __ATOMIC_SEQ_CST);
  }
  return a->size;
}

long list(int n, ...) {
  va_list args;
  va_start(args, n);
  long total = 0;
  while (n--) {
    struct node *x = va_arg(args, struct node *);
    for (int i = 0; i < x->size; i++)
      total += x->bytes[i];
  }
  va_end(args);
  return total;
}
