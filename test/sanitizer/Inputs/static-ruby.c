/* What the runtime knows a Ruby VM by. */
#include <sys/mman.h>
#include <unistd.h>
#ifndef RUBY_API_MINOR
#define RUBY_API_MINOR 1
#endif
const int ruby_api_version[] = {3, RUBY_API_MINOR, 0};
int ruby_thread_has_gvl_p(void) { return 1; }
int ruby_native_thread_p(void) { return 1; }
int rb_during_gc(void) { return 0; }
int calls(void) { return write(1, "plain: ok\n", 10) + munmap(0, 0); }
#ifdef MAIN
int main(void) { return calls() != 10; }
#endif
