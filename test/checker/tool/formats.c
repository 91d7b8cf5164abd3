// Intent: findings as SARIF, as annotations for GitHub, and as one HTML page, each whole and right about what was found.
// RUN: rm -rf %t && mkdir %t && cd %t && cp %s "%t/a <b> & c.c"
//
// RUN: not %gvlsan check --format=sarif --output=%t/out.sarif "a <b> & c.c" -- %ruby_cflags
// RUN: %source/test/tools/check-sarif %t/out.sarif | FileCheck %s --check-prefix=VALID
// VALID: SARIF 2.1.0, 1 result
// RUN: FileCheck %s --check-prefix=SARIF < %t/out.sarif
// SARIF: "ruleId": "R1.e"
// SARIF: "uri": "a%20%3Cb%3E%20%26%20c.c"
// SARIF: "startLine": 54
// SARIF: "relatedLocations"
// SARIF: "gvlsan/v1"
// SARIF: "regions": 1
//
// RUN: not %gvlsan check --format=github "a <b> & c.c" -- %ruby_cflags 2>/dev/null | FileCheck %s --check-prefix=GITHUB
// GITHUB: {{^}}::warning file=a <b> & c.c,line=54,col=24,title=gvlsan R1.e%3A {{.*}}::bytes of 'text'{{.*}}(in region)%0A{{.*}}To make it right:
//
// RUN: not %gvlsan check --format=html --output=%t/out.html "a <b> & c.c" -- %ruby_cflags
// RUN: %S/Inputs/check-html %t/out.html | FileCheck %s --check-prefix=HTML
// HTML: well-formed
// HTML: finding R1.e warning
// HTML-NEXT: place: a <b> & c.c:54:24 in region
// HTML-NEXT: step: the owner is the parameter 'text'
// HTML-NEXT: marked: VALUE run(VALUE self, VALUE text) {
// HTML-NEXT: step: the pointer is taken here
// HTML-NEXT: marked: return (VALUE)rb_thread_call_without_gvl(
// HTML-NEXT: step: the GVL is released here, for 'region'
// HTML-NEXT: marked: return (VALUE)rb_thread_call_without_gvl(
// HTML-NEXT: step: bytes of 'text', which may be embedded in its slot, are used without the GVL
// HTML-NEXT: marked: return (void *)(long)((char *)data)[text < more & 1]; // of a text
//
// Nothing found is a page as well.
// RUN: echo 'int nothing;' > %t/nothing.c && %gvlsan check --format=html nothing.c -- > %t/nothing.html
// RUN: %S/Inputs/check-html %t/nothing.html | FileCheck %s --check-prefix=NOTHING --implicit-check-not=finding
// NOTHING: well-formed
//
// Sources need not be UTF-8; what is written is.
// RUN: sed "s|a text|\xe9|" %s > %t/latin.c && cd %t
// RUN: for f in json sarif github html; do %gvlsan check --format=$f --output=latin.$f latin.c -- %ruby_cflags; test $? = 1 && python3 -c "open('latin.$f', encoding='utf-8').read()" || exit 1; done
//
// A full disk leaves nothing half-written, and says so.
// RUN: not %gvlsan check --format=html --output=/dev/full nothing.c -- 2>&1 | FileCheck %s --check-prefix=FULL
// FULL: gvlsan check: error: cannot write '/dev/full': No space left on device
// RUN: not sh -c "%gvlsan check --format=json nothing.c -- > /dev/full" 2>&1 | FileCheck %s --check-prefix=STDOUT
// STDOUT: gvlsan check: error: cannot write to standard output: No space left on device
// RUN: %gvlsan check --output=%t/none/out nothing.c -- > %t/log 2>&1; test $? = 2
// RUN: FileCheck %s --check-prefix=FOLDER < %t/log
// FOLDER: gvlsan check: error: cannot write '{{.*}}/none/out': {{.*}}No such file or directory
#include <ruby.h>
#include <ruby/thread.h>

static int text = 1, more;
static void *region(void *data) {
  return (void *)(long)((char *)data)[text < more & 1]; // of a text
}

VALUE run(VALUE self, VALUE text) {
  return (VALUE)rb_thread_call_without_gvl(region, RSTRING_PTR(text), RUBY_UBF_IO, NULL);
}
