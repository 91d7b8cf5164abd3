//===- UserFile.cpp - .gvlsan.yaml ----------------------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "analysis/UserFile.h"

#include "analysis/Settings.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/GlobPattern.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/YAMLTraits.h"

using namespace gvlsan;
namespace fs = llvm::sys::fs;
namespace path = llvm::sys::path;

namespace {

/// Words that are checked where they stand, so that an error has their line.
template <unsigned Kind> struct Word {
  std::string Text;
};
using ProfileWord = Word<0>;
using RubyWord = Word<1>;
using SeverityWord = Word<2>;
using PatternWord = Word<3>;

struct OptionsDocument {
  ProfileWord Profile;
  RubyWord Ruby;
  SeverityWord Severity;
  std::vector<PatternWord> Ignored;
};

bool isValid(llvm::StringRef Option, llvm::StringRef Value) {
  std::string Ignored;
  return SettingsReader().set(Option, Value, Ignored);
}

} // namespace

LLVM_YAML_IS_SEQUENCE_VECTOR(PatternWord)

namespace llvm::yaml {

template <unsigned Kind> struct ScalarTraits<Word<Kind>> {
  static void output(const Word<Kind> &W, void *, raw_ostream &Out) {
    Out << W.Text;
  }
  static StringRef input(StringRef Text, void *, Word<Kind> &W) {
    W.Text = Text.str();
    if constexpr (Kind == 0)
      return isValid("profile", Text)
                 ? ""
                 : "no such profile; practical, strict and bounce are";
    if constexpr (Kind == 1)
      return isValid("ruby", Text) ? ""
                                   : "this is not a version of Ruby; 3.3 is";
    if constexpr (Kind == 2)
      return isValid("severity", Text)
                 ? ""
                 : "no such severity; error and warning are";
    llvm::Expected<GlobPattern> Pattern = GlobPattern::create(Text);
    if (Pattern)
      return "";
    llvm::consumeError(Pattern.takeError());
    return "this is not a pattern of files";
  }
  static QuotingType mustQuote(StringRef) { return QuotingType::None; }
};

template <> struct MappingTraits<OptionsDocument> {
  static void mapping(IO &Io, OptionsDocument &D) {
    Io.mapOptional("profile", D.Profile);
    Io.mapOptional("ruby", D.Ruby);
    Io.mapOptional("severity", D.Severity);
    Io.mapOptional("ignore", D.Ignored);
  }
};

} // namespace llvm::yaml

bool UserFile::read(llvm::StringRef Path, std::string &Error) {
  Name = Path.str();
  auto Buffer = llvm::MemoryBuffer::getFile(Path);
  if (!Buffer) {
    Error = Name + ": cannot be read: " + Buffer.getError().message();
    return false;
  }
  Text = (*Buffer)->getBuffer().str();
  // The facts first: they know every key. This also says what is no YAML.
  if (ApiModel Scratch; !extend(Scratch, Error))
    return false;
  struct Sink {
    llvm::StringRef Name;
    std::string &Error;
  } S{Name, Error};
  auto Handler = [](const llvm::SMDiagnostic &D, void *Context) {
    auto &S = *static_cast<Sink *>(Context);
    if (S.Error.empty() && D.getKind() == llvm::SourceMgr::DK_Error)
      S.Error =
          (S.Name + ":" + llvm::Twine(D.getLineNo()) + ": " + D.getMessage())
              .str();
  };
  llvm::yaml::Input In(Text, nullptr, Handler, &S);
  In.setAllowUnknownKeys(true);
  OptionsDocument D;
  In >> D;
  if (In.error())
    return false;
  Profile = D.Profile.Text;
  Ruby = D.Ruby.Text;
  Severity = D.Severity.Text;
  for (const PatternWord &W : D.Ignored)
    Ignored.push_back(W.Text);
  return true;
}

std::string gvlsan::findUserFile(llvm::StringRef File) {
  llvm::SmallString<256> Folder(File);
  if (fs::make_absolute(Folder))
    return {};
  path::remove_dots(Folder, /*remove_dot_dot=*/true);
  while (path::has_parent_path(Folder)) {
    path::remove_filename(Folder);
    auto Holds = [&](llvm::StringRef Name) {
      llvm::SmallString<256> Path(Folder);
      path::append(Path, Name);
      return fs::exists(Path);
    };
    if (Holds(UserFileName)) {
      path::append(Folder, UserFileName);
      return Folder.str().str();
    }
    // Above the repository's root there is another project, or none.
    if (Holds(".git") || Holds(".hg") || Holds(".svn"))
      break;
  }
  return {};
}
