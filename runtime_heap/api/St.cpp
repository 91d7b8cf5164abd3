//===- St.cpp - Hash tables of C values -----------------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "ruby/st.h"

#include "judge/Judge.h"

#include <unordered_map>
#include <vector>

using namespace rheap;

namespace {

struct Hasher {
  const st_hash_type *Type;
  size_t operator()(st_data_t K) const { return Type->hash(K); }
};

struct Equal {
  const st_hash_type *Type;
  bool operator()(st_data_t A, st_data_t B) const {
    return A == B || Type->compare(A, B) == 0;
  }
};

/// Entries in order of insertion, with an index beside them.
struct Entries {
  struct Entry {
    st_data_t Key, Value;
    bool Live;
  };
  explicit Entries(const st_hash_type *T) : Index(8, Hasher{T}, Equal{T}) {}
  std::vector<Entry> List;
  std::unordered_map<st_data_t, size_t, Hasher, Equal> Index;

  void dropDead() {
    if (List.size() < 16 || List.size() < Index.size() * 2)
      return;
    std::vector<Entry> Live;
    for (Entry &E : List)
      if (E.Live) {
        Index[E.Key] = Live.size();
        Live.push_back(E);
      }
    List = std::move(Live);
  }
};

Entries &entriesOf(st_table *T) {
  return *static_cast<Entries *>(T->rheap_entries);
}

int compareText(st_data_t A, st_data_t B) {
  return strcmp(reinterpret_cast<const char *>(A),
                reinterpret_cast<const char *>(B));
}

st_index_t hashText(st_data_t Text) {
  st_index_t H = 5381;
  for (auto *P = reinterpret_cast<const unsigned char *>(Text); *P; ++P)
    H = H * 33 + *P;
  return H;
}

const st_hash_type Numbers = {st_numcmp, st_numhash};
const st_hash_type Texts = {compareText, hashText};

} // namespace

int st_numcmp(st_data_t A, st_data_t B) { return A != B; }

st_index_t st_numhash(st_data_t N) {
  N *= 0x9e3779b97f4a7c15ul;
  return N ^ N >> 32;
}

st_index_t st_hash(const void *P, size_t Len, st_index_t Seed) {
  st_index_t H = Seed ^ 0xcbf29ce484222325ul;
  for (size_t I = 0; I < Len; ++I)
    H = (H ^ static_cast<const unsigned char *>(P)[I]) * 0x100000001b3ul;
  return st_numhash(H);
}

st_table *st_init_table(const st_hash_type *Type) {
  RHEAP_API();
  return new st_table{Type, 0, new Entries(Type)};
}

st_table *st_init_table_with_size(const st_hash_type *Type, st_index_t) {
  RHEAP_API();
  return st_init_table(Type);
}

st_table *st_init_numtable(void) {
  RHEAP_API();
  return st_init_table(&Numbers);
}

st_table *st_init_numtable_with_size(st_index_t) {
  RHEAP_API();
  return st_init_table(&Numbers);
}

st_table *st_init_strtable(void) {
  RHEAP_API();
  return st_init_table(&Texts);
}

void st_free_table(st_table *T) {
  RHEAP_API();
  delete &entriesOf(T);
  delete T;
}

void st_clear(st_table *T) {
  RHEAP_API();
  entriesOf(T).List.clear();
  entriesOf(T).Index.clear();
  T->num_entries = 0;
}

int st_insert(st_table *T, st_data_t Key, st_data_t Value) {
  RHEAP_API();
  Entries &E = entriesOf(T);
  auto [It, New] = E.Index.try_emplace(Key, E.List.size());
  if (!New) {
    E.List[It->second].Value = Value;
    return 1;
  }
  E.List.push_back({Key, Value, true});
  ++T->num_entries;
  return 0;
}

void st_add_direct(st_table *T, st_data_t Key, st_data_t Value) {
  RHEAP_API();
  st_insert(T, Key, Value);
}

int st_lookup(st_table *T, st_data_t Key, st_data_t *Value) {
  RHEAP_API();
  Entries &E = entriesOf(T);
  auto It = E.Index.find(Key);
  if (It == E.Index.end())
    return 0;
  if (Value)
    *Value = E.List[It->second].Value;
  return 1;
}

int st_delete(st_table *T, st_data_t *Key, st_data_t *Value) {
  RHEAP_API();
  Entries &E = entriesOf(T);
  auto It = E.Index.find(*Key);
  if (It == E.Index.end()) {
    if (Value)
      *Value = 0;
    return 0;
  }
  auto &Entry = E.List[It->second];
  *Key = Entry.Key;
  if (Value)
    *Value = Entry.Value;
  Entry.Live = false;
  E.Index.erase(It);
  --T->num_entries;
  return 1;
}

int st_foreach(st_table *T, int (*Func)(st_data_t, st_data_t, st_data_t),
               st_data_t Arg) {
  RHEAP_API();
  Entries &E = entriesOf(T);
  for (size_t I = 0; I < E.List.size(); ++I) {
    if (!E.List[I].Live)
      continue;
    int What = Func(E.List[I].Key, E.List[I].Value, Arg);
    if (What == ST_STOP)
      break;
    if (What == ST_DELETE && E.List[I].Live) {
      st_data_t Key = E.List[I].Key;
      st_delete(T, &Key, nullptr);
    }
  }
  E.dropDead();
  return 0;
}

st_table *st_copy(st_table *T) {
  RHEAP_API();
  return new st_table{T->type, T->num_entries, new Entries(entriesOf(T))};
}

size_t st_memsize(const st_table *T) {
  RHEAP_API();
  const Entries &E = entriesOf(const_cast<st_table *>(T));
  return sizeof(*T) + sizeof(E) + E.List.capacity() * sizeof(E.List[0]);
}
