//===- Archive.h - Structures to JSON and back -------------------*- C++
//-*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Each structure that is kept in a file names its fields once, in a function
/// `template <class A> void fields(A &Ar, T &V)` that is found by argument-
/// dependent lookup; Writer and Reader are two ways to visit them. A field that
/// has its default value is not written. `path` is for file names, which are
/// kept relative to a root, and `text` for text in which names below it occur.
///
/// The functions take a structure apart with a structured binding, so that a
/// new field does not compile until it is kept as well.
///
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_ANALYSIS_ARCHIVE_H
#define GVLSAN_ANALYSIS_ARCHIVE_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/JSON.h"

#include <map>
#include <set>
#include <string>
#include <type_traits>
#include <vector>

namespace gvlsan::archive {

/// \p File relative to \p Root, when it lies below it. An empty root is none:
/// file names stay as they are.
std::string relativeTo(llvm::StringRef Root, llvm::StringRef File);
/// The other way round.
std::string below(llvm::StringRef Root, llvm::StringRef File);
/// \p Text with a mark in the place of \p Root, and the other way round.
std::string withoutRoot(llvm::StringRef Root, llvm::StringRef Text);
std::string withRoot(llvm::StringRef Root, llvm::StringRef Text);
/// \p Text as JSON can hold it: sources are not always UTF-8.
std::string utf8(llvm::StringRef Text);

class Writer {
public:
  /// \param Root an absolute folder without a slash at its end, or "".
  explicit Writer(llvm::StringRef Root) : Root(Root.str()) {}

  template <class T> void operator()(llvm::StringRef Name, T &V) {
    if constexpr (std::is_same_v<T, bool>) {
      if (V)
        Fields[Name] = true;
    } else if constexpr (std::is_integral_v<T>) {
      if (V)
        Fields[Name] = static_cast<int64_t>(V);
    } else {
      if (!V.empty())
        Fields[Name] = value(V);
    }
  }
  void path(llvm::StringRef Name, std::string &File) {
    if (!File.empty())
      Fields[Name] = utf8(relativeTo(Root, File));
  }
  void text(llvm::StringRef Name, std::string &Text) {
    if (!Text.empty())
      Fields[Name] = utf8(withoutRoot(Root, Text));
  }
  /// A file name that may be the root itself.
  void folder(llvm::StringRef Name, std::string &Folder) {
    Fields[Name] =
        Folder == Root ? std::string(".") : utf8(relativeTo(Root, Folder));
  }
  void texts(llvm::StringRef Name, std::vector<std::string> &All) {
    llvm::json::Array Out;
    for (const std::string &Text : All)
      Out.push_back(utf8(withoutRoot(Root, Text)));
    Fields[Name] = std::move(Out);
  }
  /// An enumeration, by the names of its values.
  template <class E>
  void choice(llvm::StringRef Name, E &V, llvm::StringRef (*Spell)(E),
              bool (*)(llvm::StringRef, E &)) {
    Fields[Name] = Spell(V);
  }

  template <class T> llvm::json::Value value(const T &V) {
    if constexpr (std::is_same_v<T, std::string>) {
      return utf8(V);
    } else if constexpr (std::is_same_v<T, bool>) {
      return V;
    } else if constexpr (std::is_integral_v<T>) {
      return static_cast<int64_t>(V);
    } else {
      return structure(V);
    }
  }
  template <class T> llvm::json::Value value(const std::vector<T> &All) {
    return array(All);
  }
  template <class T> llvm::json::Value value(const std::set<T> &All) {
    return array(All);
  }
  template <class T>
  llvm::json::Value value(const std::map<std::string, T> &All) {
    llvm::json::Object Out;
    for (const auto &[Name, V] : All)
      Out[utf8(Name)] = value(V);
    return Out;
  }

private:
  template <class T> llvm::json::Value structure(const T &V) {
    Writer Inner(Root);
    // The visitor serves both ways, and this one leaves V as it is.
    fields(Inner, const_cast<T &>(V));
    return std::move(Inner.Fields);
  }
  template <class C> llvm::json::Value array(const C &All) {
    llvm::json::Array Out;
    for (const auto &V : All)
      Out.push_back(value(V));
    return Out;
  }

  std::string Root;
  llvm::json::Object Fields;
};

class Reader {
public:
  Reader(llvm::StringRef Root, const llvm::json::Object &Fields)
      : Root(Root.str()), Fields(Fields) {}

  /// The first thing that is not as it should be; empty when all is well.
  std::string Error;

  template <class T> void operator()(llvm::StringRef Name, T &V) {
    if (const llvm::json::Value *Found = Fields.get(Name))
      read(*Found, V, Name);
  }
  void path(llvm::StringRef Name, std::string &File) {
    (*this)(Name, File);
    File = below(Root, File);
  }
  void text(llvm::StringRef Name, std::string &Text) {
    (*this)(Name, Text);
    Text = withRoot(Root, Text);
  }
  void folder(llvm::StringRef Name, std::string &Folder) {
    (*this)(Name, Folder);
    Folder = Folder == "." ? Root : below(Root, Folder);
  }
  void texts(llvm::StringRef Name, std::vector<std::string> &All) {
    (*this)(Name, All);
    for (std::string &Text : All)
      Text = withRoot(Root, Text);
  }
  template <class E>
  void choice(llvm::StringRef Name, E &V, llvm::StringRef (*)(E),
              bool (*Parse)(llvm::StringRef, E &)) {
    std::string Text;
    (*this)(Name, Text);
    if (!Parse(Text, V))
      fail(Name, "a known value");
  }

  template <class T>
  void read(const llvm::json::Value &From, T &V, llvm::StringRef Name) {
    if constexpr (std::is_same_v<T, std::string>) {
      if (auto Text = From.getAsString())
        V = Text->str();
      else
        fail(Name, "a string");
    } else if constexpr (std::is_same_v<T, bool>) {
      if (auto Is = From.getAsBoolean())
        V = *Is;
      else
        fail(Name, "true or false");
    } else if constexpr (std::is_integral_v<T>) {
      auto N = From.getAsInteger();
      if (N && static_cast<int64_t>(static_cast<T>(*N)) == *N)
        V = static_cast<T>(*N);
      else
        fail(Name, "a number");
    } else {
      readStructure(From, V, Name);
    }
  }
  template <class T>
  void read(const llvm::json::Value &From, std::vector<T> &All,
            llvm::StringRef Name) {
    elements(From, Name, [&](const llvm::json::Value &Element) {
      read(Element, All.emplace_back(), Name);
    });
  }
  template <class T>
  void read(const llvm::json::Value &From, std::set<T> &All,
            llvm::StringRef Name) {
    elements(From, Name, [&](const llvm::json::Value &Element) {
      T V;
      read(Element, V, Name);
      All.insert(std::move(V));
    });
  }
  template <class T>
  void read(const llvm::json::Value &From, std::map<std::string, T> &All,
            llvm::StringRef Name) {
    const llvm::json::Object *Object = From.getAsObject();
    if (!Object)
      return fail(Name, "an object");
    for (const auto &[Key, V] : *Object)
      read(V, All[std::string(llvm::StringRef(Key))], Name);
  }

private:
  template <class T>
  void readStructure(const llvm::json::Value &From, T &V,
                     llvm::StringRef Name) {
    const llvm::json::Object *Object = From.getAsObject();
    if (!Object)
      return fail(Name, "an object");
    Reader Inner(Root, *Object);
    fields(Inner, V);
    if (Error.empty())
      Error = Inner.Error;
  }
  template <class Fn>
  void elements(const llvm::json::Value &From, llvm::StringRef Name, Fn Each) {
    const llvm::json::Array *Array = From.getAsArray();
    if (!Array)
      return fail(Name, "an array");
    for (const llvm::json::Value &V : *Array)
      Each(V);
  }
  void fail(llvm::StringRef Name, llvm::StringRef What) {
    if (Error.empty())
      Error = ("'" + Name + "' is not " + What).str();
  }

  std::string Root;
  const llvm::json::Object &Fields;
};

} // namespace gvlsan::archive

#endif // GVLSAN_ANALYSIS_ARCHIVE_H
