//===- Calls.cpp - The table of checked libc calls ------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "Calls.h"

#include <poll.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/time.h>
#include <time.h>

// glibc's headers spell these as macros on some of its versions.
#undef stat64
#undef lstat64
#undef statfs64
#undef fstatfs64
#undef statvfs64
#undef fopen64
#undef freopen64

namespace gvlsan {

static constexpr Range bytes(Shape Kind, bool IsWrite, unsigned P,
                             unsigned N = 0, unsigned M = 0,
                             unsigned long Size = 0) {
  return {Kind,
          IsWrite,
          static_cast<u8>(P),
          static_cast<u8>(N),
          static_cast<u8>(M),
          static_cast<u32>(Size)};
}

// The vocabulary of Calls.def.
static constexpr Range reads(unsigned P, unsigned N) {
  return bytes(Shape::Bytes, false, P, N);
}
static constexpr Range writes(unsigned P, unsigned N) {
  return bytes(Shape::Bytes, true, P, N);
}
static constexpr Range readsItems(unsigned P, unsigned N, unsigned M) {
  return bytes(Shape::Items, false, P, N, M);
}
static constexpr Range writesItems(unsigned P, unsigned N, unsigned M) {
  return bytes(Shape::Items, true, P, N, M);
}
static constexpr Range writesArray(unsigned P, unsigned N, unsigned long Size) {
  return bytes(Shape::Array, true, P, N, 0, Size);
}
static constexpr Range readsObject(unsigned P, unsigned long Size) {
  return bytes(Shape::Object, false, P, 0, 0, Size);
}
static constexpr Range writesObject(unsigned P, unsigned long Size) {
  return bytes(Shape::Object, true, P, 0, 0, Size);
}
static constexpr Range path(unsigned P) {
  return bytes(Shape::String, false, P);
}
static constexpr Range string(unsigned P) {
  return bytes(Shape::String, false, P);
}
static constexpr Range readsVector(unsigned P, unsigned N) {
  return bytes(Shape::Vector, false, P, N);
}
static constexpr Range writesVector(unsigned P, unsigned N) {
  return bytes(Shape::Vector, true, P, N);
}
static constexpr Range readsMessage(unsigned P) {
  return bytes(Shape::Message, false, P);
}
static constexpr Range writesMessage(unsigned P) {
  return bytes(Shape::Message, true, P);
}
static constexpr Range readsMessages(unsigned P, unsigned N) {
  return bytes(Shape::Messages, false, P, N);
}
static constexpr Range writesMessages(unsigned P, unsigned N) {
  return bytes(Shape::Messages, true, P, N);
}
static constexpr Range writesCounted(unsigned P, unsigned L) {
  return bytes(Shape::Counted, true, P, L);
}

static constexpr Range readsAio(unsigned P) {
  return bytes(Shape::Aio, false, P);
}
static constexpr Range writesAio(unsigned P) {
  return bytes(Shape::Aio, true, P);
}
static constexpr Range zeroCopy(unsigned Fd, unsigned Flags) {
  return bytes(Shape::ZeroCopy, false, Fd, Flags);
}
static constexpr Range keptByPipe(unsigned Fd) {
  return bytes(Shape::Pipe, false, Fd);
}

static constexpr CallSpec Specs[] = {
#define GVLSAN_CALL(Name, AccessMode, ...)                                     \
  {#Name, Mode::AccessMode, {__VA_ARGS__}},
#define GVLSAN_VARIADIC(Name, AccessMode, ...)                                 \
  {#Name, Mode::AccessMode, {__VA_ARGS__}},
#define GVLSAN_EXTRA(Name, AccessMode, Ret, Params, Args, ...)                 \
  {#Name, Mode::AccessMode, {__VA_ARGS__}},
#include "Calls.def"
};

const CallSpec &callSpec(Call Id) { return Specs[static_cast<unsigned>(Id)]; }

} // namespace gvlsan
