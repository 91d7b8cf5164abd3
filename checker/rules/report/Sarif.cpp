//===- Sarif.cpp - Findings as a SARIF log --------------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// SARIF 2.1.0, as the OASIS standard has it.
///
//===----------------------------------------------------------------------===//

#include "rules/report/FindingRecord.h"

#include "llvm/ADT/StringExtras.h"

#include <map>

using namespace gvlsan;
namespace json = llvm::json;

static constexpr llvm::StringLiteral Root = "%SRCROOT%";

/// A path as the path of a URI (RFC 3986).
static std::string percentEncoded(llvm::StringRef Path) {
  std::string Out;
  for (char C : Path) {
    if (llvm::isAlnum(C) || llvm::StringRef("/-._~").contains(C))
      Out += C;
    else
      Out += "%" + llvm::toHex(llvm::StringRef(&C, 1));
  }
  return Out;
}

namespace {
class Writer {
public:
  Writer(const ReportContext &Context, llvm::raw_ostream &Out)
      : Context(Context), J(Out, 2) {}

  void log(llvm::ArrayRef<FindingRecord> Findings) {
    J.object([&] {
      J.attribute("$schema", "https://docs.oasis-open.org/sarif/sarif/v2.1.0/"
                             "errata01/os/schemas/sarif-schema-2.1.0.json");
      J.attribute("version", "2.1.0");
      J.attributeArray("runs", [&] { J.object([&] { run(Findings); }); });
    });
  }

private:
  void run(llvm::ArrayRef<FindingRecord> Findings) {
    J.attributeObject("tool",
                      [&] { J.attributeObject("driver", [&] { driver(); }); });
    J.attributeArray("invocations", [&] { J.object([&] { invocation(); }); });
    J.attribute("columnKind", "unicodeCodePoints");
    J.attributeObject("originalUriBaseIds", [&] {
      J.attributeObject(Root, [&] {
        message("description", "The root of the source tree.");
      });
    });
    J.attributeArray("results", [&] {
      for (const FindingRecord &F : Findings)
        J.object([&] { result(F); });
    });
    if (!Context.Summary.empty())
      J.attributeObject("properties", [&] {
        J.attribute("summary", json::Value(json::Object(Context.Summary)));
      });
  }

  void driver() {
    J.attribute("name", "gvlsan");
    J.attribute("version", GVLSAN_VERSION);
    J.attributeArray("rules", [&] {
      for (const RuleInfo &R : Rules)
        J.object([&] {
          J.attribute("id", R.Name);
          message("shortDescription", R.Title);
          message("fullDescription", R.Text);
          message("help", R.Advice);
          J.attributeObject("defaultConfiguration", [&] {
            J.attribute("level", severityName(R.DefaultSeverity));
          });
        });
    });
  }

  void invocation() {
    J.attribute("executionSuccessful", Context.Problems.empty());
    if (Context.Problems.empty())
      return;
    J.attributeArray("toolExecutionNotifications", [&] {
      for (const std::string &Problem : Context.Problems)
        J.object([&] {
          J.attribute("level", "warning");
          message("message", Problem);
        });
    });
  }

  void result(const FindingRecord &F) {
    J.attribute("ruleId", F.Rule->Name);
    J.attribute("ruleIndex", static_cast<unsigned>(F.Rule->Id));
    J.attribute("level", severityName(F.Level));
    message("message", F.At.Message);
    J.attributeArray("locations", [&] {
      J.object([&] {
        physical(F.At);
        if (!F.Function.empty())
          J.attributeArray("logicalLocations", [&] {
            J.object([&] {
              J.attribute("name", F.Function);
              J.attribute("kind", "function");
            });
          });
      });
    });
    related(F);
    stacks(F);
    fixes(F);
    // Findings of one kind in one function differ by their place only; the
    // number keeps them apart where lines do not count.
    unsigned Nth = ++SeenFingerprints[F.Fingerprint];
    J.attributeObject("partialFingerprints", [&] {
      J.attribute("gvlsan/v1", F.Fingerprint + ":" + std::to_string(Nth));
    });
    if (F.Count > 1)
      J.attribute("occurrenceCount", static_cast<int64_t>(F.Count));
    J.attributeObject("properties", [&] {
      if (!F.Tool.empty())
        J.attribute("tool", F.Tool);
      if (!F.Missing.empty())
        J.attribute("missing", F.Missing);
      for (llvm::StringRef Key : {"access", "slot", "thread", "state"})
        if (const json::Value *V = F.Details.get(Key))
          J.attribute(Key, *V);
    });
  }

  void related(const FindingRecord &F) {
    if (F.Notes.empty())
      return;
    J.attributeArray("relatedLocations", [&] {
      unsigned Id = 0;
      for (const SourcePlace &N : F.Notes)
        J.object([&] {
          J.attribute("id", Id++);
          physical(N);
          message("message", N.Message);
        });
    });
  }

  void stacks(const FindingRecord &F) {
    if (F.Stacks.empty())
      return;
    J.attributeArray("stacks", [&] {
      for (const StackRecord &S : F.Stacks)
        J.object([&] {
          message("message", S.Kind + " stack");
          J.attributeArray("frames", [&] {
            for (const StackFrame &Frame : S.Frames)
              J.object([&] { frame(Frame); });
          });
        });
    });
  }

  void frame(const StackFrame &Frame) {
    J.attributeObject("location", [&] {
      if (!Frame.File.empty())
        physical({Frame.File, Frame.Line, 0, ""});
      if (!Frame.Function.empty())
        J.attributeArray("logicalLocations", [&] {
          J.object([&] { J.attribute("name", Frame.Function); });
        });
    });
    if (!Frame.Module.empty())
      J.attribute("module", Frame.Offset.empty()
                                ? Frame.Module
                                : Frame.Module + "+" + Frame.Offset);
  }

  /// Insertions only: each replaces an empty region.
  void fixes(const FindingRecord &F) {
    if (F.Edits.empty())
      return;
    std::map<std::string, std::vector<const SourceEdit *>> ByFile;
    for (const SourceEdit &E : F.Edits)
      ByFile[E.Where.File].push_back(&E);
    J.attributeArray("fixes", [&] {
      J.object([&] {
        message("description", F.Rule->Advice);
        J.attributeArray("artifactChanges", [&] {
          for (const auto &[File, Edits] : ByFile)
            J.object([&, &File = File, &Edits = Edits] {
              artifact(File);
              J.attributeArray("replacements", [&] {
                for (const SourceEdit *E : Edits)
                  J.object([&] { insertion(*E); });
              });
            });
        });
      });
    });
  }

  void insertion(const SourceEdit &E) {
    J.attributeObject("deletedRegion", [&] {
      J.attribute("startLine", E.Where.Line);
      J.attribute("startColumn", E.Where.Column);
      J.attribute("endLine", E.Where.Line);
      J.attribute("endColumn", E.Where.Column);
    });
    message("insertedContent", E.Insert);
  }

  void physical(const SourcePlace &P) {
    if (P.File.empty())
      return;
    J.attributeObject("physicalLocation", [&] {
      artifact(P.File);
      if (P.Line)
        J.attributeObject("region", [&] {
          J.attribute("startLine", P.Line);
          if (P.Column)
            J.attribute("startColumn", P.Column);
        });
    });
  }

  void artifact(llvm::StringRef File) {
    std::string Path = relativeTo(File, Context.Root);
    bool IsAbsolute = llvm::StringRef(Path).starts_with("/");
    J.attributeObject("artifactLocation", [&] {
      J.attribute("uri", (IsAbsolute ? "file://" : "") + percentEncoded(Path));
      if (!IsAbsolute)
        J.attribute("uriBaseId", Root);
    });
  }

  void message(llvm::StringRef Key, llvm::StringRef Text) {
    J.attributeObject(Key, [&] { J.attribute("text", Text); });
  }

  const ReportContext &Context;
  json::OStream J;
  std::map<std::string, unsigned> SeenFingerprints;
};
} // namespace

void gvlsan::writeSarif(llvm::ArrayRef<FindingRecord> Findings,
                        const ReportContext &Context, llvm::raw_ostream &Out) {
  Writer(Context, Out).log(Findings);
  Out << '\n';
}
