//===- Baton.cpp - One thread at a time, by choice ------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "gvl/Baton.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace rheap {

Baton &baton() {
  static auto *B = new Baton;
  return *B;
}

const char *Baton::start(const char *Schedule) {
  if (!strncmp(Schedule, "seed:", 5)) {
    char *End;
    State = strtoull(Schedule + 5, &End, 10) * 0x9e3779b97f4a7c15ull + 1;
    if (*End || !Schedule[5])
      return "the seed is no number";
    Seeded = true;
  } else if (!strncmp(Schedule, "list:", 5)) {
    for (const char *P = Schedule + 5; *P;) {
      char *End;
      Given.push_back(unsigned(strtoul(P, &End, 10)));
      if (End == P || (*End && *End != ','))
        return "the list is not of numbers";
      P = *End ? End + 1 : End;
    }
  } else {
    return "it is neither seed:N nor list:N,N,...";
  }
  Active = true;
  Places.push_back({Current, nullptr, false});
  Turn = Current;
  return nullptr;
}

Baton::Place &Baton::placeOf(Thread &T) {
  auto It = std::find_if(Places.begin(), Places.end(),
                         [&](const Place &P) { return P.T == &T; });
  // A native thread that the heap has only just heard of.
  return It != Places.end() ? *It : Places.emplace_back(&T, nullptr, false);
}

size_t Baton::choose(size_t Of) {
  if (Of == 1)
    return 0;
  unsigned Choice = 0;
  if (Seeded) {
    State ^= State << 13;
    State ^= State >> 7;
    State ^= State << 17;
    Choice = unsigned((State >> 32) % Of);
  } else if (Made.size() < Given.size()) {
    Choice = std::min(Given[Made.size()], unsigned(Of) - 1);
  }
  Made.emplace_back(Choice, unsigned(Of));
  return Choice;
}

/// With M. Choice 0 is the thread that had the turn, if it can go on: a list of
/// zeros switches only where it must.
void Baton::passOn() {
  std::vector<Thread *> Ready;
  for (Place &P : Places)
    if (!P.Asleep && (!P.Ready || P.Ready()))
      Ready.push_back(P.T);
  auto Mine = std::find(Ready.begin(), Ready.end(), Turn);
  if (Mine != Ready.end())
    std::rotate(Ready.begin(), Mine, Mine + 1);
  Turn = Ready.empty() ? nullptr : Ready[choose(Ready.size())];
  for (Place &P : Places)
    P.T->Wake.notify_all();
}

/// A thread that sleeps in a system call is at no schedule point; the others go
/// on without it. \returns whether the turn is free now.
bool Baton::stealFromSleeper() {
  Thread *T = Turn;
  if (!T || T == Current)
    return !T;
  char Path[64], Text[256] = "";
  snprintf(Path, sizeof(Path), "/proc/self/task/%ld/stat", T->Tid);
  if (FILE *File = fopen(Path, "r")) {
    if (!fgets(Text, sizeof(Text), File))
      Text[0] = 0;
    fclose(File);
  }
  const char *AfterName = strrchr(Text, ')');
  if (!AfterName || AfterName[1] != ' ' || AfterName[2] != 'S')
    return false;
  placeOf(*T).Asleep = true;
  return true;
}

void Baton::waitForTurn(std::unique_lock<std::mutex> &Guard, Thread &T) {
  int Idle = 0;
  while (Turn != &T) {
    if (T.Wake.wait_for(Guard, std::chrono::milliseconds(20)) ==
            std::cv_status::no_timeout ||
        Turn == &T)
      continue;
    // Twice, so that one that only just went to sleep is not taken for it.
    if (++Idle >= 2 && (!Turn || stealFromSleeper()))
      passOn();
  }
}

void Baton::waitFor(std::function<bool()> Ready) {
  if (!Active || !Current)
    return;
  std::unique_lock Guard(M);
  Thread &T = *Current;
  placeOf(T).Asleep = false;
  placeOf(T).Ready = std::move(Ready);
  if (Turn == &T || !Turn)
    passOn();
  waitForTurn(Guard, T);
  placeOf(T).Ready = nullptr;
}

void Baton::point() { waitFor(nullptr); }

void Baton::expect(Thread &T) {
  if (!Active)
    return;
  std::lock_guard Guard(M);
  // Ready from now on, whenever the system really starts it.
  Places.push_back({&T, nullptr, false});
}

void Baton::begin(Thread &T) {
  if (!Active)
    return;
  std::unique_lock Guard(M);
  waitForTurn(Guard, T);
}

void Baton::end(Thread &T) {
  if (!Active)
    return;
  std::lock_guard Guard(M);
  std::erase_if(Places, [&](const Place &P) { return P.T == &T; });
  if (Turn == &T) {
    Turn = nullptr;
    passOn();
  }
}

void Baton::afterForkInChild(Thread *Left) {
  if (!Active)
    return;
  std::erase_if(Places, [&](const Place &P) { return P.T != Left; });
  Turn = Left;
}

void Baton::writeLog() const {
  const char *Path = getenv("RHEAP_SCHEDULE_LOG");
  FILE *File = Active && Path ? fopen(Path, "w") : nullptr;
  if (!File)
    return;
  for (auto [Choice, Of] : Made)
    fprintf(File, "%u %u\n", Choice, Of);
  fclose(File);
}

} // namespace rheap
