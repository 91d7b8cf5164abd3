/* ruby/internal/ctype.h - Characters of ASCII, whatever the locale
 * Part of gvlsan, under the Apache License v2.0. See LICENSE. */
#ifndef RUBY_INTERNAL_CTYPE_H
#define RUBY_INTERNAL_CTYPE_H
/* Without the lock too. */
static inline int rb_isascii(int c) { return 0 <= c && c <= 0x7f; }
static inline int rb_isupper(int c) { return 'A' <= c && c <= 'Z'; }
static inline int rb_islower(int c) { return 'a' <= c && c <= 'z'; }
static inline int rb_isalpha(int c) { return rb_isupper(c) || rb_islower(c); }
static inline int rb_isdigit(int c) { return '0' <= c && c <= '9'; }
static inline int rb_isalnum(int c) { return rb_isalpha(c) || rb_isdigit(c); }
static inline int rb_isxdigit(int c) {
  return rb_isdigit(c) || ('A' <= c && c <= 'F') || ('a' <= c && c <= 'f');
}
static inline int rb_isblank(int c) { return c == ' ' || c == '\t'; }
static inline int rb_isspace(int c) {
  return c == ' ' || ('\t' <= c && c <= '\r');
}
static inline int rb_isprint(int c) { return 0x20 <= c && c <= 0x7e; }
static inline int rb_isgraph(int c) { return 0x21 <= c && c <= 0x7e; }
static inline int rb_iscntrl(int c) {
  return (0 <= c && c < 0x20) || c == 0x7f;
}
static inline int rb_ispunct(int c) { return rb_isgraph(c) && !rb_isalnum(c); }
static inline int rb_toupper(int c) { return rb_islower(c) ? c & ~0x20 : c; }
static inline int rb_tolower(int c) { return rb_isupper(c) ? c | 0x20 : c; }
#define ISASCII rb_isascii
#define ISUPPER rb_isupper
#define ISLOWER rb_islower
#define ISALPHA rb_isalpha
#define ISDIGIT rb_isdigit
#define ISALNUM rb_isalnum
#define ISXDIGIT rb_isxdigit
#define ISBLANK rb_isblank
#define ISSPACE rb_isspace
#define ISPRINT rb_isprint
#define ISGRAPH rb_isgraph
#define ISCNTRL rb_iscntrl
#define ISPUNCT rb_ispunct
#define TOUPPER rb_toupper
#define TOLOWER rb_tolower
#endif
