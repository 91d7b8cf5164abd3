//===- PackModel.cpp - Reads the model when gvlsan is built ---------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// usage: gvlsan-pack-model OUT.inc FILE.yaml...
/// Joins the files in their order, and writes the model as the elements of an
/// array: reading YAML takes longer than most sources take.
///
//===----------------------------------------------------------------------===//

#include "api/ModelFields.h"
#include "api/Packed.h"

#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

using namespace gvlsan;

static int fail(const llvm::Twine &Message) {
  llvm::errs() << "gvlsan-pack-model: error: " << Message << '\n';
  return 1;
}

int main(int Argc, char **Argv) {
  if (Argc < 3)
    return fail("usage: gvlsan-pack-model OUT.inc FILE.yaml...");
  ApiModel Model;
  for (int I = 2; I < Argc; ++I) {
    auto Buffer = llvm::MemoryBuffer::getFile(Argv[I]);
    std::string Error;
    if (!Buffer)
      return fail(llvm::Twine(Argv[I]) + ": " + Buffer.getError().message());
    if (!Model.add(Argv[I], (*Buffer)->getBuffer(), Error))
      return fail(Error);
  }
  std::string Text;
  llvm::raw_string_ostream Packed(Text);
  archive::Packer(Packed).put(Model);
  std::error_code Code;
  llvm::raw_fd_ostream Out(Argv[1], Code);
  if (Code)
    return fail(llvm::Twine(Argv[1]) + ": " + Code.message());
  for (size_t I = 0; I < Text.size(); ++I)
    Out << unsigned(static_cast<unsigned char>(Text[I]))
        << (I % 32 == 31 ? ",\n" : ",");
  Out << '\n';
  return 0;
}
