// Intent: a stock clang checks annotated code with -Wthread-safety, the GVL being a capability; other compilers see nothing.
// RUN: %cc -I%source/checker/include -std=c99 -pedantic -Wall -Wextra -Wthread-safety -fsyntax-only %s > %t.out 2>&1
// RUN: FileCheck %s --implicit-check-not="warning: " < %t.out
// RUN: %cc -I%source/checker/include -std=c99 -pedantic -Wall -Wextra -Werror -fsyntax-only %s
// RUN: gcc -I%source/checker/include -std=c99 -pedantic -Wall -Wextra -Werror -c -o %t.o %s
// RUN: g++ -I%source/checker/include -std=c++11 -x c++ -pedantic -Wall -Wextra -Werror -c -o %t.o %s
//
// A compiler that is neither: not an attribute is left, and the assertion is nothing.
// RUN: gcc -I%source/checker/include -U__GNUC__ -E -P %s | FileCheck %s --check-prefix=PLAIN --implicit-check-not=__attribute__ --implicit-check-not=__gvlsan
// PLAIN: {{^}} void needs(void);
// PLAIN: ((void)0);
#include <gvlsan/annotations.h>

GVLSAN_REQUIRES_GVL void needs(void);
GVLSAN_EXCLUDES_GVL void waits(void);
GVLSAN_RELEASES_GVL void leave(void);
GVLSAN_ACQUIRES_GVL void back(void);
GVLSAN_GUARDED_BY_GVL int counter;
GVLSAN_PT_GUARDED_BY_GVL int *table;
struct shared {
  GVLSAN_GUARDED_BY_GVL int field;
};

GVLSAN_NOGVL void *region(void *data) {
  // CHECK: :[[@LINE+1]]:3: warning: calling function 'needs' requires holding GVL 'gvlsan_gvl' exclusively
  needs();
  // CHECK: :[[@LINE+1]]:3: warning: writing variable 'counter' requires holding GVL 'gvlsan_gvl' exclusively
  counter++;
  // CHECK: :[[@LINE+1]]:4: warning: writing the value pointed to by 'table' requires holding GVL 'gvlsan_gvl' exclusively
  *table = 1;
  // CHECK: :[[@LINE+1]]:{{[0-9]+}}: warning: writing variable 'field' requires holding GVL 'gvlsan_gvl' exclusively
  ((struct shared *)data)->field = 1;
  waits();
  GVLSAN_ASSERT_GVL();
  needs();
  return data;
}

GVLSAN_REQUIRES_GVL void method(void) {
  needs();
  // CHECK: :[[@LINE+1]]:3: warning: cannot call function 'waits' while GVL 'gvlsan_gvl' is held
  waits();
  leave();
  waits();
  // CHECK: :[[@LINE+1]]:3: warning: calling function 'needs' requires holding GVL 'gvlsan_gvl' exclusively
  needs();
  back();
  counter++;
}
