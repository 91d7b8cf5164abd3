//===- Format.cpp - rb_sprintf --------------------------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "judge/Judge.h"
#include "model/String.h"

#include <cstdarg>
#include <string>

using namespace rheap;

namespace {

/// One conversion: its text, and what argument it takes.
struct Conversion {
  std::string Text;
  unsigned Longs = 0; ///< l, ll, z, t, j
  char Kind = 0;
  bool Plus = false;
  bool Short = false;
};

const char *parse(const char *P, Conversion &C, va_list Args) {
  C.Text = "%";
  for (; *P && strchr("-+ #0123456789.*hlqjzt", *P); ++P) {
    if (*P == '*') {
      C.Text += std::to_string(va_arg(Args, int));
      continue;
    }
    if (*P == 'l' || *P == 'q' || *P == 'j' || *P == 'z' || *P == 't') {
      ++C.Longs;
      continue;
    }
    if (*P == 'h') {
      C.Short = true;
      continue;
    }
    if (*P == '+')
      C.Plus = true;
    C.Text += *P;
  }
  C.Kind = *P;
  return *P ? P + 1 : P;
}

template <class T>
void print(VALUE Out, const std::string &Format, T Argument) {
  char Small[64];
  int N = snprintf(Small, sizeof(Small), Format.c_str(), Argument);
  if (N < int(sizeof(Small))) {
    appendBytes(Out, Small, size_t(N));
    return;
  }
  VALUE Hold = 0;
  auto *Large = static_cast<char *>(rb_alloc_tmp_buffer(&Hold, N + 1));
  snprintf(Large, size_t(N) + 1, Format.c_str(), Argument);
  appendBytes(Out, Large, size_t(N));
  rb_free_tmp_buffer(&Hold);
}

void appendValue(VALUE Out, VALUE V, bool Inspect) {
  VALUE S = Inspect ? rb_inspect(V) : rb_obj_as_string(V);
  rb_str_append(Out, S);
}

void formatInto(VALUE Out, const char *P, va_list Args) {
  while (*P) {
    const char *Percent = strchr(P, '%');
    size_t Plain = Percent ? size_t(Percent - P) : strlen(P);
    appendBytes(Out, P, Plain);
    P += Plain;
    if (!Percent)
      break;
    Conversion C;
    P = parse(P + 1, C, Args);
    switch (C.Kind) {
    case '%':
      appendBytes(Out, "%", 1);
      break;
    case 'i':
      if (*P == '\v') { // PRIsVALUE
        ++P;
        appendValue(Out, va_arg(Args, VALUE), C.Plus);
        break;
      }
      [[fallthrough]];
    case 'd':
      print(Out, C.Text + "ld",
            C.Longs ? va_arg(Args, long) : long(va_arg(Args, int)));
      break;
    case 'u':
    case 'x':
    case 'X':
    case 'o':
      print(Out, C.Text + "l" + C.Kind,
            C.Longs ? va_arg(Args, unsigned long)
                    : (unsigned long)(va_arg(Args, unsigned)));
      break;
    case 'c':
      print(Out, C.Text + "c", va_arg(Args, int));
      break;
    case 'p':
      print(Out, C.Text + "p", va_arg(Args, void *));
      break;
    case 's':
      print(Out, C.Text + "s", va_arg(Args, const char *));
      break;
    case 'f':
    case 'g':
    case 'G':
    case 'e':
    case 'E':
    case 'a':
      print(Out, C.Text + C.Kind, va_arg(Args, double));
      break;
    default:
      rb_raise(rb_eArgError, "malformed format string - %%%c", C.Kind);
    }
  }
}

} // namespace

VALUE rb_vsprintf(const char *Format, va_list Args) {
  RHEAP_API();
  VALUE Out = rb_str_buf_new(15);
  formatInto(Out, Format, Args);
  return Out;
}

VALUE rb_sprintf(const char *Format, ...) {
  RHEAP_API();
  va_list Args;
  va_start(Args, Format);
  VALUE Out = rb_vsprintf(Format, Args);
  va_end(Args);
  return Out;
}

VALUE rb_str_vcatf(VALUE S, const char *Format, va_list Args) {
  RHEAP_API();
  checkModifiable(S);
  formatInto(S, Format, Args);
  return S;
}

VALUE rb_str_catf(VALUE S, const char *Format, ...) {
  RHEAP_API();
  va_list Args;
  va_start(Args, Format);
  rb_str_vcatf(S, Format, Args);
  va_end(Args);
  return S;
}
