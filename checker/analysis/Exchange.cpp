//===- Exchange.cpp - What files tell each other --------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "analysis/Exchange.h"

#include "llvm/ADT/STLExtras.h"

using namespace gvlsan;

static void addSummaries(Index &Into, const Index &From) {
  for (const auto &[Name, Summary] : From)
    Into[Name].merge(Summary);
}

void Exchange::add(const Exchange &Other) {
  addSummaries(Summaries, Other.Summaries);
  Calls.insert(Other.Calls.begin(), Other.Calls.end());
  for (const auto &[Name, Call] : Other.Released)
    Released[Name].merge(Call);
  for (const auto &[Name, R] : Other.Reaches)
    Reaches[Name].merge(R);
  Told.insert(Other.Told.begin(), Other.Told.end());
  Asked.insert(Other.Asked.begin(), Other.Asked.end());
}

/// The functions that can come to need the lock, through whatever file.
static std::set<std::string>
needingLock(const std::vector<const Exchange *> &Files) {
  std::map<std::string, std::vector<const std::string *>> MentionedBy;
  std::set<std::string> Needing;
  std::vector<const std::string *> Work;
  auto Add = [&](const std::string &Name) {
    if (auto [It, New] = Needing.insert(Name); New)
      Work.push_back(&*It);
  };
  for (const Exchange *File : Files)
    for (const auto &[Name, R] : File->Reaches) {
      for (const std::string &Callee : R.OtherFiles)
        MentionedBy[Callee].push_back(&Name);
      if (R.Lock)
        Add(Name);
    }
  while (!Work.empty()) {
    auto It = MentionedBy.find(*Work.back());
    Work.pop_back();
    if (It != MentionedBy.end())
      for (const std::string *Name : It->second)
        Add(*Name);
  }
  return Needing;
}

Joined gvlsan::join(const std::vector<const Exchange *> &Files) {
  Joined All;
  All.Needing = needingLock(Files);
  for (const Exchange *File : Files) {
    addSummaries(All.Others, File->Summaries);
    for (const auto &[Name, Call] : File->Released)
      if (All.Needing.count(Name))
        All.Entered[Name].merge(Call);
    All.Known.insert(File->Told.begin(), File->Told.end());
  }
  return All;
}

Joined gvlsan::slice(const Joined &All, const Exchange &File) {
  Joined Part;
  for (const std::string &Name : File.Calls)
    if (auto It = All.Others.find(Name); It != All.Others.end())
      Part.Others.insert(*It);
  for (const auto &[Name, R] : File.Reaches)
    if (auto It = All.Entered.find(Name); It != All.Entered.end()) {
      // Of a pointer that it calls itself it knows.
      auto Own = File.Released.find(Name);
      if (Own == File.Released.end() || !(Own->second == It->second))
        Part.Entered.insert(*It);
    }
  for (const std::string &Fact : File.Asked)
    if (All.Known.count(Fact) && !File.Told.count(Fact))
      Part.Known.insert(Fact);
  return Part;
}

bool gvlsan::covers(const Joined &All, const Exchange &File) {
  for (const auto &[Name, Summary] : File.Summaries) {
    auto It = All.Others.find(Name);
    FunctionSummary Both = It == All.Others.end() ? Summary : It->second;
    Both.merge(Summary);
    if (It == All.Others.end() || !(Both == It->second))
      return false;
  }
  for (const auto &[Name, Call] : File.Released)
    if (All.Needing.count(Name)) {
      auto It = All.Entered.find(Name);
      ReleasedCall Both = It == All.Entered.end() ? Call : It->second;
      Both.merge(Call);
      if (It == All.Entered.end() || !(Both == It->second))
        return false;
    }
  return llvm::all_of(File.Told, [&](const std::string &Fact) {
    return All.Known.count(Fact);
  });
}
