//===- Compile.cpp - Sources and how they are compiled --------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "tool/Compile.h"

#include "clang/Tooling/JSONCompilationDatabase.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

using namespace clang::tooling;
using namespace gvlsan;
namespace path = llvm::sys::path;
namespace fs = llvm::sys::fs;

static const char HowToMakeOne[] =
    "make one with `bear -- make`, or give the flags after `--`";

static std::string absolute(llvm::StringRef File) {
  llvm::SmallString<256> Path(File);
  (void)fs::make_absolute(Path);
  path::remove_dots(Path, /*remove_dot_dot=*/true);
  return Path.str().str();
}

std::string gvlsan::absoluteFolder(llvm::StringRef Folder) {
  std::string Path = absolute(Folder);
  while (Path.size() > 1 && Path.back() == '/')
    Path.pop_back();
  return Path;
}

static std::unique_ptr<CompilationDatabase> load(llvm::StringRef Folder,
                                                 std::string &Error) {
  llvm::SmallString<256> File(Folder);
  path::append(File, "compile_commands.json");
  auto Buffer = llvm::MemoryBuffer::getFile(File);
  if (!Buffer) {
    Error =
        ("no compile_commands.json in '" + Folder + "'; " + HowToMakeOne).str();
    return nullptr;
  }
  // The database's own parser takes YAML and is lenient; this one gives lines.
  llvm::Expected<llvm::json::Value> Json =
      llvm::json::parse((*Buffer)->getBuffer());
  if (!Json) {
    unsigned Line = 1;
    std::string Message = "it is not valid JSON";
    llvm::handleAllErrors(
        Json.takeError(),
        [&](const llvm::json::ParseError &E) { Message = E.message(); });
    // "[line:column, byte=N]: text"
    llvm::StringRef Rest = Message;
    if (Rest.consume_front("["))
      Rest.consumeInteger(10, Line);
    Rest = llvm::StringRef(Message);
    if (size_t At = Rest.find("]: "); At != llvm::StringRef::npos)
      Rest = Rest.drop_front(At + 3);
    Error = (File + ":" + llvm::Twine(Line) + ": " + Rest + "; " + HowToMakeOne)
                .str();
    return nullptr;
  }
  std::string Why;
  auto Database = JSONCompilationDatabase::loadFromFile(
      File, Why, JSONCommandLineSyntax::AutoDetect);
  if (!Database) {
    Error = (File + ":1: " + llvm::StringRef(Why).rtrim() + "; " + HowToMakeOne)
                .str();
    return nullptr;
  }
  return inferTargetAndDriverMode(std::move(Database));
}

/// The nearest folder at or above \p File that holds a compile database.
static std::string databaseFolder(llvm::StringRef File) {
  std::string Path = absolute(File);
  for (llvm::StringRef Folder = path::parent_path(Path); !Folder.empty();
       Folder = path::parent_path(Folder)) {
    llvm::SmallString<256> Candidate(Folder);
    path::append(Candidate, "compile_commands.json");
    if (fs::exists(Candidate))
      return Folder.str();
  }
  return {};
}

static bool isSource(llvm::StringRef File) {
  return llvm::StringSwitch<bool>(path::extension(File))
      .Cases(".c", ".cc", ".cpp", ".cxx", ".C", true)
      .Cases(".c++", ".i", ".ii", ".inc", true)
      .Default(false);
}

static bool collect(const std::vector<std::string> &Paths,
                    const std::shared_ptr<CompilationDatabase> &Fixed,
                    const std::string &Folder, std::vector<Batch> &Batches,
                    std::string &Error) {
  std::map<std::string, std::shared_ptr<CompilationDatabase>> Loaded;
  auto Open = [&](llvm::StringRef In) -> std::shared_ptr<CompilationDatabase> {
    auto [It, New] = Loaded.try_emplace(In.str());
    if (New)
      It->second = load(In, Error);
    return It->second;
  };
  auto AddAll = [&](const std::shared_ptr<CompilationDatabase> &Database) {
    Batch B{Database, {}};
    llvm::StringSet<> Seen;
    for (const std::string &File : Database->getAllFiles())
      if (isSource(File) && Seen.insert(absolute(File)).second)
        B.Sources.push_back(File);
    llvm::sort(B.Sources);
    Batches.push_back(std::move(B));
  };

  if (Paths.empty()) {
    auto Database = Open(Folder.empty() ? "." : Folder);
    if (!Database)
      return false;
    AddAll(Database);
    return true;
  }
  for (const std::string &Path : Paths) {
    if (fs::is_directory(Path)) {
      auto Database = Open(Path);
      if (!Database)
        return false;
      AddAll(Database);
      continue;
    }
    if (!fs::exists(Path)) {
      Error = "no such file: '" + Path + "'";
      return false;
    }
    if (Fixed) {
      Batches.push_back({Fixed, {Path}});
      continue;
    }
    std::string In = Folder.empty() ? databaseFolder(Path) : Folder;
    if (In.empty()) {
      Error = "no compile_commands.json for '" + Path + "'; " + HowToMakeOne;
      return false;
    }
    auto Database = Open(In);
    if (!Database)
      return false;
    if (Database->getCompileCommands(absolute(Path)).empty()) {
      Error = "'" + Path + "' is not in " + In +
              "/compile_commands.json; give its flags after `--`";
      return false;
    }
    Batches.push_back({Database, {Path}});
  }
  return true;
}

bool gvlsan::findSources(const std::vector<std::string> &Paths,
                         const std::shared_ptr<CompilationDatabase> &Fixed,
                         const std::string &Folder, std::vector<Batch> &Batches,
                         std::string &Error) {
  if (!collect(Paths, Fixed, Folder, Batches, Error))
    return false;
  // A source that is named twice, by itself and by its folder, is judged once.
  llvm::StringSet<> Seen;
  for (Batch &B : Batches)
    llvm::erase_if(B.Sources, [&](const std::string &Source) {
      return !Seen.insert(absolute(Source)).second;
    });
  return true;
}

ArgumentsAdjuster gvlsan::adjustArguments() {
  return [](const CommandLineArguments &Args, llvm::StringRef) {
    CommandLineArguments Out;
    for (const std::string &Arg : Args) {
      llvm::StringRef Flag = Arg;
      // Warnings are the compiler's business, and none of them is an error
      // here; -Wl, -Wa, and -Wp, are no warnings.
      if (Flag.starts_with("-W") && !Flag.contains(','))
        continue;
      Out.push_back(Arg);
      // Before what may follow a `--`.
      if (Out.size() == 1)
        Out.insert(Out.end(), {"-Wno-everything", "-Qunused-arguments",
                               "-ferror-limit=3", "-fno-caret-diagnostics",
                               ("-resource-dir=" GVLSAN_RESOURCE_DIR)});
    }
    return Out;
  };
}
