/* ruby/io.h - What extensions need of IO: errors of file descriptors
 * Part of gvlsan, under the Apache License v2.0. See LICENSE. */
#ifndef RUBY_IO_H
#define RUBY_IO_H 1
#include "ruby/ruby.h"
RUBY_BEGIN_DECLS
/* Waits until fd is readable or writable, without the lock. */
int rb_wait_for_single_fd(int fd, int events, struct timeval *timeout);
int rb_thread_wait_fd(int fd);
int rb_thread_fd_writable(int fd);
int rb_cloexec_open(const char *path, int flags, mode_t mode);
int rb_pipe(int *fds);
void rb_update_max_fd(int fd);
RUBY_END_DECLS
#define RB_WAITFD_IN 0x001
#define RB_WAITFD_PRI 0x002
#define RB_WAITFD_OUT 0x004
#endif
