//===- IndexFile.cpp - What files tell each other, as files ---------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "analysis/IndexFile.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/xxhash.h"

using namespace gvlsan;
using llvm::StringRef;
namespace json = llvm::json;

std::string archive::relativeTo(StringRef Root, StringRef File) {
  StringRef Rest = File;
  return !Root.empty() && Rest.consume_front(Root) && Rest.consume_front("/")
             ? Rest.str()
             : File.str();
}

std::string archive::below(StringRef Root, StringRef File) {
  if (Root.empty() || File.empty() || File.starts_with("<") ||
      llvm::sys::path::is_absolute(File))
    return File.str();
  return (Root + "/" + File).str();
}

std::string archive::utf8(StringRef Text) {
  return json::isUTF8(Text) ? Text.str() : json::fixUTF8(Text);
}

/// What stands for the root in a text.
static constexpr llvm::StringLiteral RootMark = "${root}";

/// \p Text with every \p From in it replaced by \p To, where it ends a name or
/// a folder in one.
static std::string replaced(StringRef Text, StringRef From, StringRef To) {
  std::string Out;
  for (size_t At; (At = Text.find(From)) != StringRef::npos;) {
    StringRef Rest = Text.drop_front(At + From.size());
    bool Ends = Rest.empty() || (!llvm::isAlnum(Rest[0]) &&
                                 !StringRef("._-+").contains(Rest[0]));
    Out += Text.take_front(At);
    Out += Ends ? To : From;
    Text = Rest;
  }
  Out += Text;
  return Out;
}

std::string archive::withoutRoot(StringRef Root, StringRef Text) {
  return Root.empty() ? Text.str() : replaced(Text, Root, RootMark);
}

std::string archive::withRoot(StringRef Root, StringRef Text) {
  return Root.empty() ? Text.str() : replaced(Text, RootMark, Root);
}

SectionWriter::SectionWriter(llvm::raw_ostream &Out, StringRef Format,
                             StringRef Root)
    : Out(Out), Root(Root.str()) {
  line(Format, FormatVersion);
}

void SectionWriter::line(StringRef Name, json::Value V) {
  Out << json::Value(json::Object{{Name, std::move(V)}}) << '\n';
  ++Lines;
}

void SectionWriter::finish() { line("end", static_cast<int64_t>(Lines)); }

bool gvlsan::readSections(
    StringRef Text, StringRef Name, StringRef Format,
    llvm::function_ref<std::string(StringRef, const json::Value &)> Each,
    std::string &Error) {
  StringRef How = Format == "gvlidx" ? "make it anew with `gvlsan link`"
                                     : "make it anew with `gvlsan summarize`";
  unsigned Line = 1;
  auto Fail = [&](const llvm::Twine &Why) {
    Error = (Name + ":" + llvm::Twine(Line) + ": " + Why + "; " + How).str();
    return false;
  };
  for (;; ++Line) {
    if (Text.empty())
      return Fail(Line == 1 ? "it is empty"
                            : "it ends before its last line, half written");
    StringRef Here;
    std::tie(Here, Text) = Text.split('\n');
    llvm::Expected<json::Value> Parsed = json::parse(Here);
    const json::Object *Object = Parsed ? Parsed->getAsObject() : nullptr;
    if (!Object || Object->size() != 1) {
      llvm::consumeError(Parsed.takeError());
      return Fail(Line == 1 ? "it is no " + Format + " file"
                            : llvm::Twine("it is no section"));
    }
    StringRef Section = Object->begin()->first;
    const json::Value &V = Object->begin()->second;
    if (Line == 1) {
      if (Section != Format)
        return Fail("it is no " + Format + " file");
      if (V.getAsInteger() != FormatVersion)
        return Fail("its format is of another version of gvlsan, not " +
                    llvm::Twine(FormatVersion));
    } else if (Section == "end") {
      if (V.getAsInteger() != Line - 1 || !Text.empty())
        return Fail("its last line does not fit the others");
      return true;
    } else if (std::string Why = Each(Section, V); !Why.empty()) {
      return Fail(Why);
    }
  }
}

std::string gvlsan::contentHash(StringRef Text) {
  llvm::XXH128_hash_t Hash =
      llvm::xxh3_128bits(llvm::arrayRefFromStringRef(Text));
  return llvm::utohexstr(Hash.high64, /*LowerCase=*/true, 16) +
         llvm::utohexstr(Hash.low64, /*LowerCase=*/true, 16);
}

std::string gvlsan::contentHash(const Joined &Part, StringRef Root) {
  std::string Text;
  llvm::raw_string_ostream Out(Text);
  Out << archive::Writer(Root).value(Part);
  return contentHash(Text);
}

/// The way from the folder of \p File to \p Root: steps up, when it lies below.
static std::string wayTo(StringRef Root, StringRef File) {
  llvm::SmallString<256> Folder(File);
  llvm::sys::fs::make_absolute(Folder);
  llvm::sys::path::remove_dots(Folder, /*remove_dot_dot=*/true);
  llvm::sys::path::remove_filename(Folder);
  if (Folder == Root)
    return ".";
  StringRef Below = Folder;
  if (!Below.consume_front(Root) || !Below.consume_front("/"))
    return Root.str();
  std::string Way = "..";
  for (char C : Below)
    if (C == '/')
      Way += "/..";
  return Way;
}

void gvlsan::writeIndex(const Joined &All, StringRef Root, StringRef File,
                        llvm::raw_ostream &Out) {
  SectionWriter Write(Out, "gvlidx", Root);
  Write.section("root", wayTo(Root, File));
  Write.section("others", All.Others);
  Write.section("entered", All.Entered);
  Write.section("known", All.Known);
  Write.section("needing", All.Needing);
  Write.finish();
}

bool gvlsan::readIndex(StringRef File, StringRef Root, Joined &All,
                       std::string &Error) {
  auto Buffer = llvm::MemoryBuffer::getFile(File);
  if (!Buffer) {
    Error = ("cannot read '" + File + "': " + Buffer.getError().message() +
             "; make it with `gvlsan link`")
                .str();
    return false;
  }
  std::string RootFolder = Root.str();
  return readSections(
      (*Buffer)->getBuffer(), File, "gvlidx",
      [&](StringRef Section, const json::Value &V) -> std::string {
        json::Object None;
        archive::Reader Read(RootFolder, None);
        if (Section == "root") {
          llvm::SmallString<256> Folder(File);
          llvm::sys::path::remove_filename(Folder);
          std::string Way;
          Read.read(V, Way, Section);
          if (llvm::sys::path::is_absolute(Way))
            Folder = Way;
          else
            llvm::sys::path::append(Folder, Way);
          llvm::sys::fs::make_absolute(Folder);
          llvm::sys::path::remove_dots(Folder, /*remove_dot_dot=*/true);
          if (Root.empty())
            RootFolder = Folder.str().str();
        } else if (Section == "others")
          Read.read(V, All.Others, Section);
        else if (Section == "entered")
          Read.read(V, All.Entered, Section);
        else if (Section == "known")
          Read.read(V, All.Known, Section);
        else if (Section == "needing")
          Read.read(V, All.Needing, Section);
        else
          return ("'" + Section + "' is no section of an index").str();
        return Read.Error;
      },
      Error);
}

bool gvlsan::writeFile(StringRef File, StringRef Content, bool OnlyChanges,
                       std::string &Error) {
  if (OnlyChanges)
    if (auto Old = llvm::MemoryBuffer::getFile(File);
        Old && (*Old)->getBuffer() == Content)
      return true;
  auto Write = [&](llvm::raw_ostream &Out) {
    Out << Content;
    // LLVM ends the process when such an error is left for it to find.
    auto &File = static_cast<llvm::raw_fd_ostream &>(Out);
    File.flush();
    std::error_code Why = File.error();
    File.clear_error();
    return llvm::errorCodeToError(Why);
  };
  llvm::Error Failed = llvm::Error::success();
  if (llvm::sys::fs::exists(File) && !llvm::sys::fs::is_regular_file(File)) {
    // A device or a pipe is written to, not replaced.
    std::error_code Code;
    llvm::raw_fd_ostream Out(File, Code, llvm::sys::fs::CD_OpenExisting,
                             llvm::sys::fs::FA_Write, llvm::sys::fs::OF_None);
    Failed = joinErrors(std::move(Failed),
                        Code ? llvm::errorCodeToError(Code) : Write(Out));
  } else {
    Failed = joinErrors(std::move(Failed), llvm::writeToOutput(File, Write));
  }
  if (!Failed)
    return true;
  Error = ("cannot write '" + File + "': " + llvm::toString(std::move(Failed)))
              .str();
  return false;
}
