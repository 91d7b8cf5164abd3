//===- Packed.h - Structures to bytes and back -----------------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The visitors of analysis/Archive.h for what only the program that wrote it,
/// or that was built with it, reads again: no names, no version, and a tenth of
/// the time. Fields stand in the order in which they are visited; numbers take
/// as many bytes as they need, and before text and lists stands how long they
/// are.
///
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_API_PACKED_H
#define GVLSAN_API_PACKED_H

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/LEB128.h"
#include "llvm/Support/raw_ostream.h"

#include <map>
#include <set>
#include <string>
#include <type_traits>
#include <vector>

namespace gvlsan::archive {

class Packer {
public:
  explicit Packer(llvm::raw_ostream &Out) : Out(Out) {}

  template <class T> void operator()(llvm::StringRef, T &V) { put(V); }
  void path(llvm::StringRef, std::string &File) { put(File); }
  void text(llvm::StringRef, std::string &Text) { put(Text); }
  void folder(llvm::StringRef, std::string &Folder) { put(Folder); }
  void texts(llvm::StringRef, std::vector<std::string> &All) { put(All); }
  template <class E>
  void choice(llvm::StringRef, E &V, llvm::StringRef (*Spell)(E),
              bool (*)(llvm::StringRef, E &)) {
    put(Spell(V).str());
  }

  template <class T> void put(const T &V) {
    if constexpr (std::is_integral_v<T> || std::is_enum_v<T>)
      llvm::encodeSLEB128(static_cast<int64_t>(V), Out);
    else
      // The visitor serves both ways, and this one leaves V as it is.
      fields(*this, const_cast<T &>(V));
  }
  void put(const std::string &Text) {
    llvm::encodeULEB128(Text.size(), Out);
    Out << Text;
  }
  template <class T> void put(const std::vector<T> &All) { putAll(All); }
  template <class T> void put(const std::set<T> &All) { putAll(All); }
  template <class K, class T> void put(const std::map<K, T> &All) {
    putAll(All);
  }
  template <class T> void put(const llvm::StringMap<T> &All) {
    std::map<std::string, const T *> Sorted;
    for (const auto &Entry : All)
      Sorted[Entry.first().str()] = &Entry.second;
    llvm::encodeULEB128(Sorted.size(), Out);
    for (const auto &[Name, V] : Sorted) {
      put(Name);
      put(*V);
    }
  }
  void put(const llvm::StringSet<> &All) {
    std::set<std::string> Sorted;
    for (const auto &Entry : All)
      Sorted.insert(Entry.first().str());
    put(Sorted);
  }
  template <class A, class B> void put(const std::pair<A, B> &Both) {
    put(Both.first);
    put(Both.second);
  }

private:
  template <class C> void putAll(const C &All) {
    llvm::encodeULEB128(All.size(), Out);
    for (const auto &V : All)
      put(V);
  }

  llvm::raw_ostream &Out;
};

class Unpacker {
public:
  explicit Unpacker(llvm::StringRef Text) : Rest(Text) {}

  /// Whether all that was read was there.
  bool Ok = true;
  /// What has not been read.
  llvm::StringRef Rest;

  template <class T> void operator()(llvm::StringRef, T &V) { get(V); }
  void path(llvm::StringRef, std::string &File) { get(File); }
  void text(llvm::StringRef, std::string &Text) { get(Text); }
  void folder(llvm::StringRef, std::string &Folder) { get(Folder); }
  void texts(llvm::StringRef, std::vector<std::string> &All) { get(All); }
  template <class E>
  void choice(llvm::StringRef, E &V, llvm::StringRef (*)(E),
              bool (*Parse)(llvm::StringRef, E &)) {
    std::string Text;
    get(Text);
    Ok &= Parse(Text, V);
  }

  template <class T> void get(T &V) {
    if constexpr (std::is_integral_v<T> || std::is_enum_v<T>) {
      unsigned Length = 0;
      const char *Why = nullptr;
      int64_t N = llvm::decodeSLEB128(Rest.bytes_begin(), &Length,
                                      Rest.bytes_end(), &Why);
      V = static_cast<T>(N);
      Ok &= !Why;
      Rest = Rest.drop_front(Length);
    } else {
      fields(*this, V);
    }
  }
  void get(std::string &Text) { Text = bytes().str(); }
  template <class T> void get(std::vector<T> &All) {
    for (size_t N = size(); N && Ok; --N)
      get(All.emplace_back());
  }
  template <class T> void get(llvm::StringMap<T> &All) {
    for (size_t N = size(); N && Ok; --N) {
      llvm::StringRef Name = bytes();
      get(All[Name]);
    }
  }
  void get(llvm::StringSet<> &All) {
    for (size_t N = size(); N && Ok; --N)
      All.insert(bytes());
  }
  template <class T> void get(std::set<T> &All) {
    for (size_t N = size(); N && Ok; --N) {
      T V;
      get(V);
      All.insert(All.end(), std::move(V));
    }
  }
  template <class K, class T> void get(std::map<K, T> &All) {
    for (size_t N = size(); N && Ok; --N) {
      K Key;
      get(Key);
      get(All.try_emplace(All.end(), std::move(Key))->second);
    }
  }

private:
  llvm::StringRef bytes() {
    size_t Size = size();
    Ok &= Size <= Rest.size();
    llvm::StringRef Text = Rest.take_front(Size);
    Rest = Rest.drop_front(Text.size());
    return Text;
  }
  size_t size() {
    unsigned Length = 0;
    const char *Why = nullptr;
    uint64_t N = llvm::decodeULEB128(Rest.bytes_begin(), &Length,
                                     Rest.bytes_end(), &Why);
    Ok &= !Why;
    Rest = Rest.drop_front(Length);
    return Ok ? N : 0;
  }
};

} // namespace gvlsan::archive

#endif // GVLSAN_API_PACKED_H
