/* ruby/version.h - The Ruby whose API and object layout this heap follows
 * Part of gvlsan, under the Apache License v2.0. See LICENSE. */
#ifndef RUBY_VERSION_H
#define RUBY_VERSION_H 1
#define RUBY_API_VERSION_MAJOR 3
#define RUBY_API_VERSION_MINOR 3
#define RUBY_API_VERSION_TEENY 0
#define RUBY_API_VERSION_CODE                                                  \
  (RUBY_API_VERSION_MAJOR * 10000 + RUBY_API_VERSION_MINOR * 100 +             \
   RUBY_API_VERSION_TEENY)
#endif
