//===- Convert.cpp - A run's findings in another format -------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "Convert.h"

#include "Executable.h"

#include <cstdio>
#include <cstdlib>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace gvlsan {

RunLog::RunLog() {
  const char *Folder = std::getenv("TMPDIR");
  Path =
      std::string(Folder && *Folder ? Folder : "/tmp") + "/gvlsan-log-XXXXXX";
  int Fd = mkstemp(Path.data());
  if (Fd < 0) {
    Path.clear();
    return;
  }
  // A server may have become another user by the time it reports.
  fchmod(Fd, S_IRUSR | S_IWUSR | S_IWGRP | S_IWOTH);
  close(Fd);
}

bool RunLog::convert(const std::string &Format,
                     const std::string &Output) const {
  std::string Tool = libraryFolder() + "/gvlsan-report";
  std::string As = "--format=" + Format, To = "--output=" + Output;
  pid_t Child = fork();
  if (Child == 0) {
    const char *Args[5] = {Tool.c_str(), As.c_str(), Path.c_str()};
    if (Output.empty())
      dup2(STDERR_FILENO, STDOUT_FILENO);
    else
      Args[3] = To.c_str();
    execv(Tool.c_str(), const_cast<char *const *>(Args));
    _exit(127);
  }
  int Status = 0;
  bool Ended = Child > 0 && waitpid(Child, &Status, 0) == Child;
  // 0 and 1 say whether there were findings; the rest said what was wrong.
  if (Ended && WIFEXITED(Status) && WEXITSTATUS(Status) <= 1) {
    unlink(Path.c_str());
    return true;
  }
  std::fprintf(stderr,
               "gvlsan run: error: the findings are not in %s: they "
               "are in %s, for `gvlsan report`\n",
               Output.empty() ? Format.c_str() : Output.c_str(), Path.c_str());
  return false;
}

} // namespace gvlsan
