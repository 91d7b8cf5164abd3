/* An allocator that takes libc's place. Like real ones it is set up at the first
 * call, under a lock that is not recursive, and reads files for that. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char *next;
static const size_t all = (size_t)1 << 34;

size_t malloc_usable_size(void *p) { return p ? ((size_t *)p)[-1] : 0; }

void *memalign(size_t alignment, size_t size) {
  char buffer[64];
  pthread_mutex_lock(&lock);
  if (!next) {
    int fd = open("/proc/sys/vm/overcommit_memory", O_RDONLY);
    if (fd >= 0 && read(fd, buffer, sizeof buffer) >= 0)
      close(fd);
    if (readlink("/etc/other-malloc.conf", buffer, sizeof buffer) < 0)
      next = mmap(NULL, all, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  }
  size = (size + 15) & ~(size_t)15;
  if (alignment < 16)
    alignment = 16;
  char *p = (char *)(((size_t)next + 16 + alignment - 1) & ~(alignment - 1));
  next = p + size;
  ((size_t *)p)[-1] = size;
  pthread_mutex_unlock(&lock);
  return p;
}

void *malloc(size_t size) { return memalign(16, size); }
void *aligned_alloc(size_t alignment, size_t size) { return memalign(alignment, size); }
void *calloc(size_t count, size_t size) { return malloc(count * size); } /* it is new */
void free(void *p) {}

int posix_memalign(void **p, size_t alignment, size_t size) {
  *p = memalign(alignment, size);
  return 0;
}

void *realloc(void *p, size_t size) {
  size_t old = malloc_usable_size(p);
  void *moved = malloc(size);
  return p ? memcpy(moved, p, old < size ? old : size) : moved;
}

__attribute__((constructor)) static void early(void) { free(malloc(1)); }
