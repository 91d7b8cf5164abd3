//===- Structs.cpp - What the structs of T_DATA refer to ------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "judge/Structs.h"

#include "judge/Judge.h"
#include "model/Data.h"

#include <algorithm>
#include <cstring>
#include <malloc.h>
#include <set>
#include <sys/uio.h>
#include <unistd.h>
#include <unordered_map>

namespace rheap {
namespace {

std::unordered_map<const void *, size_t> &plainBlocks() {
  static auto *All = new std::unordered_map<const void *, size_t>;
  return *All;
}

/// How many bytes the struct of \p V has, 0 when that is not known.
size_t sizeOfStruct(Heap &H, VALUE V) {
  if (isEmbeddedData(V))
    return H.slotSize(V) - DataHeader;
  void *Data = dataOf(V);
  Buffers::Info Info;
  if (H.External.find(Data, Info))
    return Info.Begin == Data && !Info.Freed ? Info.Size : 0;
  auto It = plainBlocks().find(Data);
  // It may have been given to free(3) and be another block by now.
  return It == plainBlocks().end()
             ? 0
             : std::min(It->second, malloc_usable_size(Data));
}

/// What one T_DATA refers to in which way.
class References {
public:
  References(Heap &H, VALUE V) : H(H), HasCompact(dataCompact(V)) {
    if (RUBY_DATA_FUNC Mark = dataMark(V))
      H.listReferences(V, Marked, [&] { Mark(dataOf(V)); });
  }

  bool keeps(VALUE Target) const {
    if (H.isHeld(Target))
      return true;
    return std::any_of(Marked.begin(), Marked.end(),
                       [&](const Heap::Reference &R) {
                         return R.Target == Target && (R.Pins || HasCompact);
                       });
  }

private:
  Heap &H;
  bool HasCompact;
  std::vector<Heap::Reference> Marked;
};

/// The function that should have known, or the type's name for reports.
const void *codeOf(VALUE V) {
  return reinterpret_cast<const void *>(dataMark(V));
}
const char *nameOf(VALUE V) {
  return isTypedData(V) ? RTYPEDDATA(V)->type->wrap_struct_name : "an RData";
}

/// Fields that have been reported: what tells types apart, and the offset.
bool isNews(VALUE V, size_t Offset) {
  static auto *Said = new std::set<std::pair<const void *, size_t>>;
  const void *Type = isTypedData(V) ? RTYPEDDATA(V)->type : codeOf(V);
  return Said->insert({Type, Offset}).second;
}

void judgeStruct(Heap &H, VALUE V) {
  size_t Size = sizeOfStruct(H, V);
  if (Size < sizeof(VALUE))
    return;
  const auto *Words = static_cast<const VALUE *>(dataOf(V));
  std::vector<size_t> Suspects;
  for (size_t I = 0; I < Size / sizeof(VALUE); ++I)
    if (H.isObject(Words[I]) && !H.isHeld(Words[I]))
      Suspects.push_back(I);
  if (Suspects.empty())
    return;
  References Known(H, V);
  for (size_t I : Suspects)
    if (!Known.keeps(Words[I]) && isNews(V, I))
      report(gvlsan::RuleId::C1, GVLSAN_ACCESS_UNKNOWN, nameOf(V),
             reinterpret_cast<const void *>(Words[I]), sizeof(VALUE), codeOf(V),
             nullptr);
}

} // namespace

void judgeStructs(Heap &H) {
  H.eachObject([&](VALUE V) {
    if (typeOf(V) == T_DATA && H.isMarked(V) && dataOf(V))
      judgeStruct(H, V);
  });
}

void notePlain(void *P, size_t Size) { plainBlocks()[P] = Size; }
void forgetPlain(void *P) { plainBlocks().erase(P); }

} // namespace rheap
