//===- Flags.cpp - Flags of the runtime -----------------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "Flags.h"

#include "sanitizer_common/sanitizer_common.h"
#include "sanitizer_common/sanitizer_file.h"
#include "sanitizer_common/sanitizer_flag_parser.h"
#include "sanitizer_common/sanitizer_flags.h"

using namespace __sanitizer;

namespace gvlsan {

static Flags TheFlags;

const Flags &flags() { return TheFlags; }

/// What the user names; else an llvm-symbolizer on PATH, as distributions name
/// it; else the one of the LLVM that we were built with.
static const char *findSymbolizer() {
  if (const char *Path = GetEnv("GVLSAN_SYMBOLIZER_PATH"))
    return Path;
  static constexpr const char *Names[] = {"llvm-symbolizer",
                                          "llvm-symbolizer-" GVLSAN_LLVM_MAJOR};
  for (const char *Name : Names)
    if (const char *Path = FindPathToBinary(Name))
      return Path;
  if (FileExists(GVLSAN_LLVM_TOOLS "/llvm-symbolizer"))
    return GVLSAN_LLVM_TOOLS "/llvm-symbolizer";
  return nullptr;
}

void initializeFlags() {
  SetCommonFlagsDefaults();
  {
    CommonFlags CF;
    CF.CopyFrom(*common_flags());
    CF.exitcode = 66;
    // The VM's handlers stay: it tells its read barrier from a crash.
    CF.handle_segv = kHandleSignalNo;
    CF.handle_sigbus = kHandleSignalNo;
    CF.handle_sigfpe = kHandleSignalNo;
    CF.allow_addr2line = false;
    CF.external_symbolizer_path = findSymbolizer();
    OverrideCommonFlags(CF);
  }
#define GVLSAN_FLAG(Type, Name, Default, Description) TheFlags.Name = Default;
#include "Flags.inc"

  FlagParser Parser;
#define GVLSAN_FLAG(Type, Name, Default, Description)                          \
  RegisterFlag(&Parser, #Name, Description, &TheFlags.Name);
#include "Flags.inc"
  RegisterCommonFlags(&Parser);
  Parser.ParseStringFromEnv("GVLSAN_OPTIONS");
  InitializeCommonFlags();
  if (common_flags()->help) {
    Printf("GVLSAN_OPTIONS=flag=value[:flag=value...]\n");
    Parser.PrintFlagDescriptions();
    internal__exit(0);
  }
  ReportUnrecognizedFlags();
  if (TheFlags.print_stats_at_exit)
    TheFlags.stats = true;
  report_file.SetReportPath(common_flags()->log_path);
}

} // namespace gvlsan
