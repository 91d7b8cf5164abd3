//===- Cache.h - Judgements from one run to the next -------------*- C++
//-*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// A folder with one file a source: what each round of the last run came to,
/// packed, behind the hash of it. A judgement serves again when this gvlsan
/// made it, with the same options and compile command, when every file that it
/// read has the content it had, and when what it would be told of the other
/// files is what it was told. So a run with the cache goes through the same
/// rounds as one without, and comes to the same.
///
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_TOOL_CACHE_H
#define GVLSAN_TOOL_CACHE_H

#include "tool/Unit.h"

#include <mutex>

namespace gvlsan {

/// Whether files have the content they had; each is read once. Any thread may
/// ask.
class Contents {
public:
  bool areUnchanged(const std::set<ReadFile> &Reads);

private:
  std::string hashOf(const std::string &File);

  std::mutex Lock;
  std::map<std::string, std::string> Known;
};

class Cache {
public:
  /// \param Folder where it is; made when there is something to keep.
  /// \param Root of RoundsRequest.
  Cache(std::string Folder, std::string Root)
      : Folder(std::move(Folder)), Root(std::move(Root)) {}

  /// Judges \p U with \p Known as an earlier run did. \returns whether one did.
  /// Different units may be looked up at a time.
  bool find(Unit &U, const Joined &Known);
  /// Remembers how \p U was judged.
  void keep(const Unit &U);

  /// Writes what is new.
  /// \param [out] Error one line, when it fails.
  bool write(std::string &Error);

private:
  struct Entry {
    std::string File;
    /// The rounds of the last run, and of this one.
    std::vector<Judgement> Old, Used;
    bool IsNew = false;
  };
  Entry &entry(const Unit &U);
  void load(const Unit &U, Entry &E);

  std::string Folder, Root;
  Contents Files;
  std::mutex Lock;
  std::map<const Unit *, std::unique_ptr<Entry>> Entries;
};

/// Where the cache is when the user does not say: $GVLSAN_CACHE_DIR, else the
/// folder gvlsan/check of the user's cache; empty for none.
std::string defaultCacheFolder();

} // namespace gvlsan

#endif // GVLSAN_TOOL_CACHE_H
