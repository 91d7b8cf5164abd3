//===- InstrumentedModules.cpp - Which libraries are built by us ----------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "InstrumentedModules.h"

#include "Extensions.h"
#include "Heap.h"
#include "LoadedModule.h"
#include "ReportOutput.h"

#include "pass/PassVersion.h"

#include "sanitizer_common/sanitizer_common.h"
#include "sanitizer_common/sanitizer_libc.h"

namespace gvlsan {

namespace {
struct Objects {
  u32 Instrumented = 0;
  /// Of the pass, when it is not ours.
  u32 OtherVersion = 0;
};
} // namespace

/// Adds the notes of one segment. Sizes are rounded up to words.
static void countNotes(uptr Begin, uptr Size, Objects &Out) {
  for (uptr At = 0; At + sizeof(ElfW(Nhdr)) <= Size;) {
    auto *Note = reinterpret_cast<const ElfW(Nhdr) *>(Begin + At);
    uptr Name = At + sizeof(*Note);
    uptr Contents = Name + RoundUpTo(Note->n_namesz, 4);
    At = Contents + RoundUpTo(Note->n_descsz, 4);
    if (At > Size)
      return;
    if (Note->n_type != GVLSAN_NOTE_TYPE ||
        Note->n_namesz != sizeof(GVLSAN_NOTE_OWNER) ||
        Note->n_descsz != sizeof(u32) ||
        internal_strcmp(reinterpret_cast<const char *>(Begin + Name),
                        GVLSAN_NOTE_OWNER))
      continue;
    u32 Version = *reinterpret_cast<const u32 *>(Begin + Contents);
    ++Out.Instrumented;
    if (Version != GVLSAN_PASS_VERSION)
      Out.OtherVersion = Version;
  }
}

void noteModule(const dl_phdr_info &Info, uptr Imports, uptr Checked) {
  Objects Found;
  for (int I = 0; I < Info.dlpi_phnum; ++I)
    if (const ElfW(Phdr) &P = Info.dlpi_phdr[I]; P.p_type == PT_NOTE)
      countNotes(Info.dlpi_addr + P.p_vaddr, P.p_memsz, Found);
  // Objects of -fsanitize=thread carry no note of theirs.
  LoadedModule M(Info);
  bool IsTsan = M.dynamic() && M.imports("__tsan_init");
  bool IsVms =
      heap() && heap()->IsVmModule && heap()->IsVmModule(Info.dlpi_name);
  if (Found.Instrumented || IsTsan || Imports)
    addExtension({Info.dlpi_name, IsVms,
                  IsTsan || (Found.Instrumented && !Found.OtherVersion),
                  Found.OtherVersion, Imports, Checked});
  if (Found.Instrumented) {
    VReport(1, "GvlSanitizer: %s is instrumented (%u objects)\n",
            Info.dlpi_name, Found.Instrumented);
  } else if (IsTsan) {
    VReport(1, "GvlSanitizer: %s is instrumented by -fsanitize=thread\n",
            Info.dlpi_name);
  } else if (Imports && !IsVms) {
    VReport(1,
            "GvlSanitizer: %s is not instrumented: its own loads and stores "
            "are not checked\n",
            Info.dlpi_name);
  }
  if (Found.OtherVersion) {
    openReports();
    Report("GvlSanitizer: %s was built by version %u of the pass, and this "
           "runtime serves version %u: its loads and stores are not checked; "
           "build it again\n",
           Info.dlpi_name, Found.OtherVersion, GVLSAN_PASS_VERSION);
  }
}

} // namespace gvlsan
