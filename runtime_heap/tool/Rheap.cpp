//===- Rheap.cpp - Runs an extension on the heap --------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "api/Call.h"
#include "api/Startup.h"
#include "barriers/Barrier.h"
#include "gvl/Tag.h"
#include "heap/Heap.h"
#include "model/String.h"
#include "tool/Explore.h"

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <string>
#include <sys/wait.h>
#include <unistd.h>

using namespace rheap;

namespace {

constexpr int ExitUsage = 64;

constexpr char Usage[] =
    "usage: rheap run EXTENSION.so [--method NAME]\n"
    "       rheap explore [--switches N] [--runs N] EXTENSION.so [--method "
    "NAME]\n"
    "       rheap barriers [--json]\n"
    "\n"
    "run loads an extension, calls its Init_ function and then its global\n"
    "function `run`, or NAME, without arguments. Exit status: 0, 1 after an\n"
    "uncaught exception, 64 when the command line or the environment is "
    "wrong,\n"
    "69 when this machine cannot do the barrier that is asked for.\n"
    "\n"
    "explore runs it under every schedule of its threads that leaves a thread\n"
    "which could go on at most N times (default 2), in at most N runs (2000),\n"
    "and prints the different outcomes, each with a schedule that replays it.\n"
    "Exit status: 0 when all ended alike, 1 when not, 2 when runs ran out.\n"
    "\n"
    "barriers lists the designs of read barriers and whether they work here;\n"
    "with --json one object a line, with the catalogue's texts and the fixes.\n"
    "\n"
    "Environment:\n"
    "  RHEAP_BARRIER=NAME                what protects moved objects (default\n"
    "                                    mprotect; see rheap barriers)\n"
    "  RHEAP_SCHEDULE=seed:N|list:N,...  threads take turns, by choices from "
    "the\n"
    "                                    seed or the list\n"
    "  RHEAP_GC_AT_RELEASE=none|gc|compact\n"
    "                                    runs when a region has left the lock\n"
    "  RHEAP_GC_STRESS=0|1|compact       runs before each allocation\n"
    "  RHEAP_COMPACTOR=twofingers|sliding\n"
    "                                    how objects are moved together\n"
    "  RHEAP_SWEEP=lazy|whole            when a collection that needs space "
    "sweeps\n"
    "  RHEAP_SEAL=0|1                    judge loads and stores in regions\n"
    "                                    (under a sanitizer only; default 1)\n";

[[noreturn]] void usageError(const std::string &Message) {
  fprintf(stderr, "rheap: error: %s; see rheap --help\n", Message.c_str());
  exit(ExitUsage);
}

struct Command {
  const char *Extension = nullptr;
  const char *Method = "run";
};

/// Why this machine cannot do a design; empty when it can. Found out in a
/// process of its own, since a design is chosen once in a process's life.
std::string whyNot(const char *Name) {
  int Fds[2];
  if (pipe(Fds) != 0)
    return strerror(errno);
  fflush(stdout);
  pid_t Child = fork();
  if (Child == 0) {
    setenv("RHEAP_BARRIER", Name, 1);
    const char *Why = heap().init(readConfig(false), false);
    if (!Why)
      Why = heap().ReadBarrier->start(heap());
    if (Why && write(Fds[1], Why, strlen(Why)) < 0)
      _exit(1);
    _exit(0);
  }
  close(Fds[1]);
  std::string Why(Child < 0 ? "no process can be started to try it" : "");
  char Bytes[256];
  for (ssize_t N; Child > 0 && (N = read(Fds[0], Bytes, sizeof(Bytes))) > 0;)
    Why.append(Bytes, size_t(N));
  close(Fds[0]);
  int Status = 0;
  if (Child > 0)
    waitpid(Child, &Status, 0);
  return Status ? "it ends the process" : Why;
}

int listBarriers(bool Json) {
  // The catalogue's texts have nothing that JSON would escape.
  for (const gvlsan::DesignInfo &D : gvlsan::Designs) {
    const char *Name = barrierName(D);
    std::string Why = Name ? whyNot(Name) : "";
    if (Json)
      printf("{\"id\":\"%s\",\"title\":\"%s\",\"text\":\"%s\","
             "\"unavailable\":\"%s\"}\n",
             D.Name, D.Title, D.Text, Why.c_str());
    else if (Name)
      printf("%-11s %s, %s\n            %s\n", Name, D.Name, D.Title,
             Why.empty() ? "works here" : Why.c_str());
  }
  if (!Json)
    puts("none        no barrier, for reference\n            works here");
  return 0;
}

unsigned parseNumber(const char *Option, const char *Text) {
  char *End;
  unsigned long N = Text ? strtoul(Text, &End, 10) : 0;
  if (!Text || !*Text || *End || N > UINT32_MAX)
    usageError(std::string(Option) + " needs a number");
  return unsigned(N);
}

int exploreCommand(int Argc, char **Argv) {
  Exploration E;
  E.Command = {"rheap", "run"};
  for (int I = 2; I < Argc; ++I) {
    std::string Word = Argv[I];
    const char *Next = I + 1 < Argc ? Argv[I + 1] : nullptr;
    if (Word == "--switches")
      E.MaxSwitches = parseNumber("--switches", Next), ++I;
    else if (Word == "--runs")
      E.MaxRuns = parseNumber("--runs", Next), ++I;
    else
      E.Command.push_back(Word);
  }
  if (E.Command.size() == 2)
    usageError("no extension given");
  return explore(E);
}

Command parse(int Argc, char **Argv) {
  if (Argc >= 2 && (!strcmp(Argv[1], "--help") || !strcmp(Argv[1], "-h"))) {
    fputs(Usage, stdout);
    exit(0);
  }
  if (Argc >= 2 && !strcmp(Argv[1], "barriers")) {
    bool Json = Argc == 3 && !strcmp(Argv[2], "--json");
    if (Argc > 2 && !Json)
      usageError(std::string("barriers does not take ") + Argv[2]);
    exit(listBarriers(Json));
  }
  if (Argc >= 2 && !strcmp(Argv[1], "explore"))
    exit(exploreCommand(Argc, Argv));
  if (Argc < 2 || strcmp(Argv[1], "run") != 0)
    usageError(Argc < 2 ? "no command given"
                        : std::string("unknown command ") + Argv[1]);
  Command C;
  for (int I = 2; I < Argc; ++I) {
    if (!strcmp(Argv[I], "--method")) {
      if (++I == Argc)
        usageError("--method needs a name");
      C.Method = Argv[I];
    } else if (Argv[I][0] == '-') {
      usageError(std::string("unknown option ") + Argv[I]);
    } else if (C.Extension) {
      usageError(std::string("more than one extension: ") + Argv[I]);
    } else {
      C.Extension = Argv[I];
    }
  }
  if (!C.Extension)
    usageError("no extension given");
  return C;
}

using InitFunction = void (*)();

/// Init_ and the file's name without folder and extension, as Ruby has it;
/// Init_example for files of any name.
InitFunction load(const char *Path) {
  std::string File = Path;
  // dlopen searches the system's folders for a name without a slash.
  if (File.find('/') == std::string::npos)
    File = "./" + File;
  void *Library = dlopen(File.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!Library)
    usageError(std::string("cannot load the extension: ") + dlerror());
  std::string Name = File.substr(File.rfind('/') + 1);
  Name = Name.substr(0, Name.find('.'));
  void *Init = dlsym(Library, ("Init_" + Name).c_str());
  if (!Init)
    Init = dlsym(Library, "Init_example");
  if (!Init)
    usageError(File + " has neither Init_" + Name + " nor Init_example");
  return reinterpret_cast<InitFunction>(Init);
}

void printUncaught() {
  VALUE Error = Current->ErrInfo;
  VALUE Message = Qnil;
  protect([&] {
    Message =
        rb_obj_as_string(callMethod(Error, rb_intern("message"), 0, nullptr));
  });
  fprintf(stderr, "rheap: uncaught exception: %s: %.*s\n",
          rb_obj_classname(Error), NIL_P(Message) ? 0 : int(strLen(Message)),
          NIL_P(Message) ? "" : strPtr(Message));
}

} // namespace

int main(int Argc, char **Argv) {
  Command C = parse(Argc, Argv);
  startHeap();
  InitFunction Init = load(C.Extension);
  int State = protect([&] {
    Init();
    VALUE Main = rb_obj_alloc(rb_cObject);
    callMethod(Main, rb_intern(C.Method), 0, nullptr);
  });
  if (State == JumpRaise)
    printUncaught();
  protect([] { stopHeap(); });
  fflush(stdout);
  return State ? 1 : 0;
}
