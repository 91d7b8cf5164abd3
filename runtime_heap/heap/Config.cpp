//===- Config.cpp - What the environment asks for -------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "heap/Config.h"

#include "barriers/Barrier.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace rheap {
namespace {

template <class T> struct Choice {
  const char *Name;
  T Value;
};

[[noreturn]] void reject(const char *Variable, const char *Value,
                         const char *Choices) {
  fprintf(stderr, "rheap: error: %s=%s: not understood; use one of: %s\n",
          Variable, Value, Choices);
  exit(64);
}

template <class T, unsigned N>
void choose(const char *Variable, const Choice<T> (&Choices)[N], T &Out) {
  const char *Value = getenv(Variable);
  if (!Value || !*Value)
    return;
  char Names[128] = "";
  for (const Choice<T> &C : Choices) {
    if (!strcmp(C.Name, Value)) {
      Out = C.Value;
      return;
    }
    snprintf(Names + strlen(Names), sizeof(Names) - strlen(Names), " %s",
             C.Name);
  }
  reject(Variable, Value, Names + 1);
}

/// Sliding fills the slots that objects have left.
void checkSliding(const Config &C, bool Judging) {
  const char *Why =
      Judging ? "a sanitizer needs moved slots to stay as they are"
      : findBarrier(C.Barrier)->needsOptIn()
          ? "RHEAP_BARRIER=explicit needs moved slots to stay as they are"
          : nullptr;
  if (!Why)
    return;
  fprintf(stderr, "rheap: error: RHEAP_COMPACTOR=sliding: %s; use twofingers\n",
          Why);
  exit(64);
}

} // namespace

Config readConfig(bool Judging) {
  static constexpr Choice<AtRelease> Releases[] = {
      {"none", AtRelease::Nothing},
      {"gc", AtRelease::Collect},
      {"compact", AtRelease::Compact}};
  static constexpr Choice<Stress> Stresses[] = {{"0", Stress::Nothing},
                                                {"1", Stress::Collect},
                                                {"compact", Stress::Compact}};
  static constexpr Choice<bool> Switch[] = {{"0", false}, {"1", true}};
  static constexpr Choice<bool> Sweeps[] = {{"lazy", true}, {"whole", false}};
  static constexpr Choice<Compactor> Compactors[] = {
      {"twofingers", Compactor::TwoFingers}, {"sliding", Compactor::Sliding}};
  Config C;
  if (Judging)
    C.Release = AtRelease::Compact;
  choose("RHEAP_GC_AT_RELEASE", Releases, C.Release);
  choose("RHEAP_GC_STRESS", Stresses, C.GcStress);
  choose("RHEAP_SWEEP", Sweeps, C.LazySweep);
  choose("RHEAP_SEAL", Switch, C.Seal);
  C.Seal = C.Seal && Judging;
  if (const char *Name = getenv("RHEAP_BARRIER"); Name && *Name) {
    if (!findBarrier(Name))
      reject("RHEAP_BARRIER", Name, barrierNames());
    C.Barrier = Name;
  }
  choose("RHEAP_COMPACTOR", Compactors, C.Compactor);
  if (C.Compactor == Compactor::Sliding)
    checkSliding(C, Judging);
  return C;
}

} // namespace rheap
