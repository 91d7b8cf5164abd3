//===- Summary.h - What other files need to know -----------------*- C++
//-*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// A function that another file calls is known there by what it does without
/// the lock to what it is given: memory it follows, and functions it runs; and
/// by the pointers that it leaves where its caller finds them. The other way
/// round, a function that another file calls without the lock is
/// judged as entered without it.
///
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_ANALYSIS_SUMMARY_H
#define GVLSAN_ANALYSIS_SUMMARY_H

#include <compare>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

namespace gvlsan {

/// Memory behind a parameter that is followed without the lock.
struct RegionUse {
  unsigned Parameter = 0;
  /// The fields from what the parameter points to, to the pointer that is
  /// followed; empty when it is the parameter itself.
  std::vector<std::string> Path;
  bool Kernel = false;
  /// Whether it is written for certain.
  bool Writes = false;
  /// The function that follows it; empty when the code itself does.
  std::string By;
  /// Where, for people: the function, and the place in its file.
  std::string Function, File;
  unsigned Line = 0, Column = 0;

  friend bool operator<(const RegionUse &A, const RegionUse &B) {
    return std::tie(A.Parameter, A.Path, A.Kernel, A.Writes, A.By, A.File,
                    A.Line, A.Column) < std::tie(B.Parameter, B.Path, B.Kernel,
                                                 B.Writes, B.By, B.File, B.Line,
                                                 B.Column);
  }
  friend bool operator==(const RegionUse &, const RegionUse &) = default;
};

/// A parameter that is run as a function without the lock.
struct RegionCallback {
  unsigned Function = 0;
  /// The parameter that it is run on; -1: none that is known.
  int Data = -1;

  friend auto operator<=>(const RegionCallback &,
                          const RegionCallback &) = default;
};

/// A pointer or an object that a function, called with the lock, leaves where
/// its caller finds it.
struct Flow {
  /// The parameter whose memory it is put into; -1: the result.
  int To = -1;
  /// The fields on the way from what To points to.
  std::vector<std::string> Path;
  /// What it has to do with the parameter From.
  enum Kind : unsigned {
    /// It is the same.
    Same,
    /// It points to the bytes of that object,
    Bytes,
    /// or to the struct of that T_DATA.
    Struct,
  };
  unsigned What = Same;
  /// -1: an object that the function, or something that it calls, made.
  int From = -1;
  /// Not the parameter itself counts, but the VALUE that it points to.
  bool Behind = false;
  /// Of an object that was made: whether it is certainly a new one.
  bool Fresh = false;

  friend auto operator<=>(const Flow &, const Flow &) = default;
};

struct FunctionSummary {
  std::set<RegionUse> Uses;
  std::set<RegionCallback> Callbacks;
  /// Found out when another file asks for them.
  std::set<Flow> Flows;

  /// Whether it comes to code that runs without the lock.
  bool reachesRegion() const { return !Uses.empty() || !Callbacks.empty(); }

  /// For names that several files define.
  void merge(const FunctionSummary &Other) {
    Uses.insert(Other.Uses.begin(), Other.Uses.end());
    Callbacks.insert(Other.Callbacks.begin(), Other.Callbacks.end());
    Flows.insert(Other.Flows.begin(), Other.Flows.end());
  }

  friend bool operator==(const FunctionSummary &,
                         const FunctionSummary &) = default;
};

/// By the function's qualified name.
using Index = std::map<std::string, FunctionSummary>;

/// A step of a story that another file tells.
struct Told {
  std::string File;
  unsigned Line = 0, Column = 0;
  std::string Message;

  friend auto operator<=>(const Told &, const Told &) = default;
};

/// A call, without the lock, of a function of another file.
struct ReleasedCall {
  /// Whether the lock is released for certain; a signal handler may hold it.
  bool Certain = false;
  /// From the release of the lock to the call.
  std::vector<Told> Story;

  /// Keeps the one that weighs more, and of equals the one that is told
  /// sooner: whatever the order in which files are joined, the same one stays,
  /// and calls in a circle settle.
  void merge(const ReleasedCall &Other) {
    auto Weight = [](const ReleasedCall &C) {
      return std::make_tuple(C.Story.empty(), !C.Certain, C.Story.size());
    };
    auto Mine = Weight(*this), Its = Weight(Other);
    if (Its < Mine || (Its == Mine && Other.Story < Story))
      *this = Other;
  }

  friend bool operator==(const ReleasedCall &, const ReleasedCall &) = default;
};

/// By the callee's qualified name.
using ReleasedCalls = std::map<std::string, ReleasedCall>;

/// What a function may come to, by the names that it and its callees mention.
struct Reach {
  /// A function that needs the lock, or the slot of an object.
  bool Lock = false;
  std::set<std::string> OtherFiles;

  /// For names that several files define.
  void merge(const Reach &Other) {
    Lock |= Other.Lock;
    OtherFiles.insert(Other.OtherFiles.begin(), Other.OtherFiles.end());
  }
};

} // namespace gvlsan

#endif // GVLSAN_ANALYSIS_SUMMARY_H
