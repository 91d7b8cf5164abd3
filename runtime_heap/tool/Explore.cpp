//===- Explore.cpp - All schedules of a small program ---------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

//
// A depth-first search over the choices of gvl/Baton.h. A run is given the
// choices of the one before up to the last that has an alternative left, then
// that alternative, and makes the first choice from there on, which switches
// only where it must.
//
//===----------------------------------------------------------------------===//

#include "tool/Explore.h"

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <sys/wait.h>
#include <unistd.h>

namespace rheap {
namespace {

struct Choice {
  unsigned Made, Of;
};

std::string spell(const std::vector<Choice> &Choices) {
  std::string List = "list:";
  for (const Choice &C : Choices)
    List += (List.back() == ':' ? "" : ",") + std::to_string(C.Made);
  return List;
}

/// What a run wrote and how it ended; \p Log becomes its choices.
std::string runOnce(const Exploration &E, const std::string &Schedule,
                    const std::string &LogPath, std::vector<Choice> &Log) {
  int Fds[2];
  if (pipe(Fds) != 0)
    return "no pipe";
  fflush(stdout);
  pid_t Child = fork();
  if (Child == 0) {
    dup2(Fds[1], 1);
    close(Fds[0]);
    close(Fds[1]);
    setenv("RHEAP_SCHEDULE", Schedule.c_str(), 1);
    setenv("RHEAP_SCHEDULE_LOG", LogPath.c_str(), 1);
    std::vector<char *> Argv;
    for (const std::string &Word : E.Command)
      Argv.push_back(const_cast<char *>(Word.c_str()));
    Argv.push_back(nullptr);
    execv("/proc/self/exe", Argv.data());
    _exit(127);
  }
  close(Fds[1]);
  std::string Text;
  char Bytes[4096];
  for (ssize_t N; (N = read(Fds[0], Bytes, sizeof(Bytes))) > 0;)
    Text.append(Bytes, size_t(N));
  close(Fds[0]);
  int Status = 0;
  waitpid(Child, &Status, 0);
  Log.clear();
  std::ifstream In(LogPath);
  for (Choice C; In >> C.Made >> C.Of;)
    Log.push_back(C);
  std::string Ending = WIFEXITED(Status)
                           ? "exit " + std::to_string(WEXITSTATUS(Status))
                           : "signal " + std::to_string(WTERMSIG(Status));
  while (!Text.empty() && Text.back() == '\n')
    Text.pop_back();
  return Ending + ": " + Text;
}

/// Makes \p Choices the next list to try; false when there is none.
bool advance(std::vector<Choice> &Choices, unsigned MaxSwitches) {
  while (!Choices.empty()) {
    Choice &Last = Choices.back();
    unsigned Switches = 0;
    for (size_t I = 0; I + 1 < Choices.size(); ++I)
      Switches += Choices[I].Made != 0;
    if (Last.Made + 1 < Last.Of && Switches < MaxSwitches) {
      ++Last.Made;
      return true;
    }
    Choices.pop_back();
  }
  return false;
}

} // namespace

int explore(const Exploration &E) {
  char LogPath[] = "/tmp/rheap-schedule-XXXXXX";
  int Fd = mkstemp(LogPath);
  if (Fd < 0) {
    perror("rheap: error: a file for the schedule");
    return 2;
  }
  close(Fd);
  struct Seen {
    unsigned Runs = 0;
    std::string First;
  };
  std::map<std::string, Seen> Outcomes;
  std::vector<Choice> Choices;
  unsigned Runs = 0;
  bool More = true;
  while (More && Runs < E.MaxRuns) {
    std::vector<Choice> Log;
    std::string Schedule = spell(Choices);
    std::string Outcome = runOnce(E, Schedule, LogPath, Log);
    ++Runs;
    Seen &S = Outcomes[Outcome];
    if (!S.Runs++)
      S.First = Schedule;
    Choices = std::move(Log);
    More = advance(Choices, E.MaxSwitches);
  }
  unlink(LogPath);
  printf("%u schedules with at most %u switches%s, %zu outcomes\n", Runs,
         E.MaxSwitches, More ? " (not all)" : "", Outcomes.size());
  for (const auto &[Outcome, S] : Outcomes)
    printf("%u: %s\n  RHEAP_SCHEDULE=%s\n", S.Runs, Outcome.c_str(),
           S.First.c_str());
  return More ? 2 : Outcomes.size() > 1;
}

} // namespace rheap
