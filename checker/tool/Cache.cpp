//===- Cache.cpp - Judgements from one run to the next --------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "tool/Cache.h"

#include "api/Packed.h"
#include "tool/JudgementFields.h"
#include "tool/SummaryFile.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

#include <sys/stat.h>

using namespace gvlsan;
using llvm::StringRef;

std::string Contents::hashOf(const std::string &File) {
  {
    std::lock_guard<std::mutex> Guard(Lock);
    if (auto It = Known.find(File); It != Known.end())
      return It->second;
  }
  auto Buffer = llvm::MemoryBuffer::getFile(File, /*IsText=*/false,
                                            /*RequiresNullTerminator=*/false);
  std::string Hash = Buffer ? contentHash((*Buffer)->getBuffer()) : "";
  std::lock_guard<std::mutex> Guard(Lock);
  return Known.try_emplace(File, Hash).first->second;
}

bool Contents::areUnchanged(const std::set<ReadFile> &Reads) {
  for (const ReadFile &R : Reads)
    if (hashOf(R.File) != R.Hash)
      return false;
  return true;
}

/// Characters of a contentHash().
static constexpr size_t HashSize = 32;

/// Changes whenever this program does.
static std::string ownStamp() {
  struct stat Self;
  if (stat("/proc/self/exe", &Self) != 0)
    return LLVM_VERSION_STRING;
  return std::to_string(Self.st_size) + " " +
         std::to_string(Self.st_mtim.tv_sec) + "." +
         std::to_string(Self.st_mtim.tv_nsec) + " " LLVM_VERSION_STRING;
}

Cache::Entry &Cache::entry(const Unit &U) {
  std::lock_guard<std::mutex> Guard(Lock);
  std::unique_ptr<Entry> &E = Entries[&U];
  if (!E)
    E = std::make_unique<Entry>();
  return *E;
}

void Cache::load(const Unit &U, Entry &E) {
  static const std::string Stamp = ownStamp();
  std::string Key = Stamp + "\n" + describe(U.Set->Engine) + "\n" +
                    U.Set->Facts + "\n" + Root + "\n" + U.Source + "\n";
  for (const Command &C : U.Commands) {
    Key += C.Directory + "\n";
    for (const std::string &Argument : C.Arguments)
      Key += Argument + '\0';
  }
  llvm::SmallString<256> File(Folder);
  llvm::sys::path::append(File, contentHash(Key) + ".gvlsums");
  E.File = File.str().str();
  auto Buffer = llvm::MemoryBuffer::getFile(E.File);
  if (!Buffer)
    return;
  // What is not whole, such as a file on a full disk, is not there.
  StringRef Text = (*Buffer)->getBuffer();
  if (!Text.consume_front(
          contentHash(Text.drop_front(std::min(Text.size(), HashSize)))))
    return;
  archive::Unpacker Read(Text);
  Read.get(E.Old);
  if (!Read.Ok || !Read.Rest.empty())
    E.Old.clear();
  // Further rounds follow from the first ones.
  auto Stale = llvm::find_if(
      E.Old, [&](const Judgement &J) { return !Files.areUnchanged(J.Reads); });
  E.Old.erase(Stale, E.Old.end());
}

bool Cache::find(Unit &U, const Joined &Known) {
  Entry &E = entry(U);
  if (E.File.empty())
    load(U, E);
  for (const Judgement &J : E.Old)
    if (J.Against == contentHash(slice(Known, J.Tells), Root)) {
      U.Judged = J;
      E.Used.push_back(J);
      return true;
    }
  return false;
}

void Cache::keep(const Unit &U) {
  Entry &E = entry(U);
  E.IsNew = true;
  if (U.Judged.Analysed)
    E.Used.push_back(U.Judged);
}

/// Removes what no run has written for a month.
static void prune(StringRef Folder) {
  std::error_code Code;
  auto Now = std::chrono::system_clock::now();
  for (llvm::sys::fs::directory_iterator It(Folder, Code), End;
       !Code && It != End; It.increment(Code)) {
    if (!StringRef(It->path()).ends_with(".gvlsums"))
      continue;
    auto Status = It->status();
    if (Status &&
        Now - Status->getLastModificationTime() > std::chrono::hours(24 * 30))
      (void)llvm::sys::fs::remove(It->path());
  }
}

bool Cache::write(std::string &Error) {
  bool Wrote = false;
  for (const auto &[U, E] : Entries) {
    bool IsSame = !E->IsNew && E->Used.size() == E->Old.size();
    // What could not be analysed has nothing to keep.
    if (IsSame || E->Used.empty())
      continue;
    if (!Wrote)
      if (std::error_code Code = llvm::sys::fs::create_directories(Folder)) {
        Error = "cannot make the folder '" + Folder + "': " + Code.message();
        return false;
      }
    Wrote = true;
    std::string Text;
    llvm::raw_string_ostream Out(Text);
    archive::Packer(Out).put(E->Used);
    if (!writeFile(E->File, contentHash(Text) + Text, /*OnlyChanges=*/false,
                   Error))
      return false;
  }
  if (Wrote)
    prune(Folder);
  return true;
}

std::string gvlsan::defaultCacheFolder() {
  if (const char *Given = getenv("GVLSAN_CACHE_DIR"))
    return Given;
  llvm::SmallString<256> Folder;
  if (!llvm::sys::path::cache_directory(Folder))
    return {};
  llvm::sys::path::append(Folder, "gvlsan", "check");
  return Folder.str().str();
}
