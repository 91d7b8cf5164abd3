//===- IndexFile.h - What files tell each other, as files --------*- C++
//-*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// JSON lines. The first says what the file is and in which version of the
/// format, the last one how many there are, so that half a file is no file;
/// each line between is one section, an object with one member. File names
/// below the root are relative to it, keys are sorted, and nothing tells the
/// time or the machine: equal inputs make equal bytes.
///
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_ANALYSIS_INDEXFILE_H
#define GVLSAN_ANALYSIS_INDEXFILE_H

#include "analysis/Archive.h"
#include "analysis/Exchange.h"

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/raw_ostream.h"

namespace gvlsan {

/// Of the files that this gvlsan reads and writes; another one is refused.
inline constexpr int FormatVersion = 3;

template <class A> void fields(A &Ar, RegionUse &V) {
  auto &[Parameter, Path, Kernel, Writes, By, Function, File, Line, Column] = V;
  Ar("parameter", Parameter);
  Ar("path", Path);
  Ar("kernel", Kernel);
  Ar("writes", Writes);
  Ar("by", By);
  Ar("function", Function);
  Ar.path("file", File);
  Ar("line", Line);
  Ar("column", Column);
}
template <class A> void fields(A &Ar, RegionCallback &V) {
  auto &[Function, Data] = V;
  Ar("function", Function);
  // The default is not 0.
  unsigned Parameter = Data + 1;
  Ar("data", Parameter);
  Data = static_cast<int>(Parameter) - 1;
}
template <class A> void fields(A &Ar, Flow &V) {
  auto &[To, Path, What, From, Behind, Fresh] = V;
  // The default is not 0.
  unsigned Target = To + 1, Source = From + 1;
  Ar("to", Target);
  Ar("path", Path);
  Ar("what", What);
  Ar("from", Source);
  Ar("behind", Behind);
  Ar("fresh", Fresh);
  To = static_cast<int>(Target) - 1;
  From = static_cast<int>(Source) - 1;
}
template <class A> void fields(A &Ar, FunctionSummary &V) {
  auto &[Uses, Callbacks, Flows] = V;
  Ar("uses", Uses);
  Ar("callbacks", Callbacks);
  Ar("flows", Flows);
}
template <class A> void fields(A &Ar, Told &V) {
  auto &[File, Line, Column, Message] = V;
  Ar.path("file", File);
  Ar("line", Line);
  Ar("column", Column);
  Ar.text("message", Message);
}
template <class A> void fields(A &Ar, ReleasedCall &V) {
  auto &[Certain, Story] = V;
  Ar("certain", Certain);
  Ar("story", Story);
}
template <class A> void fields(A &Ar, Reach &V) {
  auto &[Lock, OtherFiles] = V;
  Ar("lock", Lock);
  Ar("other_files", OtherFiles);
}
template <class A> void fields(A &Ar, Exchange &V) {
  auto &[Summaries, Calls, Released, Reaches, Told, Asked] = V;
  Ar("summaries", Summaries);
  Ar("calls", Calls);
  Ar("released", Released);
  Ar("reaches", Reaches);
  Ar("told", Told);
  Ar("asked", Asked);
}
template <class A> void fields(A &Ar, Joined &V) {
  auto &[Others, Entered, Known, Needing] = V;
  Ar("others", Others);
  Ar("entered", Entered);
  Ar("known", Known);
  Ar("needing", Needing);
}

/// Writes the lines of a file.
class SectionWriter {
public:
  /// \param Format what the file is: "gvlsum", "gvlidx".
  SectionWriter(llvm::raw_ostream &Out, llvm::StringRef Format,
                llvm::StringRef Root);
  template <class T> void section(llvm::StringRef Name, const T &V) {
    line(Name, archive::Writer(Root).value(V));
  }
  void finish();

private:
  void line(llvm::StringRef Name, llvm::json::Value V);

  llvm::raw_ostream &Out;
  std::string Root;
  unsigned Lines = 0;
};

/// Reads \p Text line by line.
/// \param Name how errors name the file.
/// \param Each takes a section by its name and value; \returns what is wrong
///   with it, or "".
/// \param [out] Error one line that names the file, the line, and what to do.
bool readSections(
    llvm::StringRef Text, llvm::StringRef Name, llvm::StringRef Format,
    llvm::function_ref<std::string(llvm::StringRef, const llvm::json::Value &)>
        Each,
    std::string &Error);

/// A short name for \p V's content.
std::string contentHash(llvm::StringRef Text);
/// The same of \p Part, whatever \p Root is.
std::string contentHash(const Joined &Part, llvm::StringRef Root);

/// \param File where \p Out goes: it tells how to find the root from there.
void writeIndex(const Joined &All, llvm::StringRef Root, llvm::StringRef File,
                llvm::raw_ostream &Out);
/// \param Root as Archive.h has it; when it is empty, the index tells.
/// \returns whether \p File is an index; otherwise \p Error is one line.
bool readIndex(llvm::StringRef File, llvm::StringRef Root, Joined &All,
               std::string &Error);

/// Writes \p Content as a whole or not at all.
/// \param OnlyChanges leave a file that holds the same as it is, so that a
///   build system sees that nothing happened.
bool writeFile(llvm::StringRef File, llvm::StringRef Content, bool OnlyChanges,
               std::string &Error);

} // namespace gvlsan

#endif // GVLSAN_ANALYSIS_INDEXFILE_H
