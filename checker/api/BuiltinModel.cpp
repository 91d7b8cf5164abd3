//===- BuiltinModel.cpp - The model that is built in ----------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "api/ModelFields.h"
#include "api/Packed.h"

using namespace gvlsan;

static constexpr unsigned char Bytes[] = {
#include "BuiltinModel.inc"
};

ApiModel ApiModel::builtin() {
  archive::Unpacker Read(
      llvm::StringRef(reinterpret_cast<const char *>(Bytes), sizeof(Bytes)));
  ApiModel Model;
  Read.get(Model);
  if (!Read.Ok || !Read.Rest.empty())
    llvm::report_fatal_error("the built-in API model is not whole");
  return Model;
}
