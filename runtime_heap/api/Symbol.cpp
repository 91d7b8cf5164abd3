//===- Symbol.cpp - Names -------------------------------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "judge/Judge.h"
#include "model/String.h"

#include <deque>
#include <string>
#include <unordered_map>

using namespace rheap;

namespace {

/// IDs below this are operators of one character, as in CRuby, where
/// rb_funcall(v, '+', ...) is usual.
constexpr ID FirstId = 256;

struct Names {
  std::deque<std::string> Text; ///< of FirstId + position
  std::unordered_map<std::string, ID> Ids;
};

Names &names() {
  static Names *N = new Names;
  return *N;
}

bool isOperator(char C) { return C && strchr("+-*/%<>!~^&|`", C); }

/// Of the operators.
const char *oneCharacter(ID Name) {
  static char Text[256][2];
  Text[Name][0] = char(Name);
  return Text[Name];
}

const char *textOf(ID Name) {
  if (Name < FirstId)
    return oneCharacter(Name);
  size_t I = Name - FirstId;
  return I < names().Text.size() ? names().Text[I].c_str() : nullptr;
}

size_t lengthOf(ID Name) {
  return Name < FirstId ? 1 : names().Text[Name - FirstId].size();
}

ID intern(const char *Name, size_t Len) {
  if (Len == 1 && isOperator(Name[0]))
    return ID(static_cast<unsigned char>(Name[0]));
  Names &N = names();
  auto [It, New] = N.Ids.try_emplace(std::string(Name, Len), 0);
  if (New) {
    It->second = FirstId + N.Text.size();
    N.Text.push_back(It->first);
  }
  return It->second;
}

} // namespace

ID rb_intern2(const char *Name, long Len) {
  RHEAP_API();
  return intern(Name, size_t(Len));
}

ID rb_intern(const char *Name) {
  RHEAP_API();
  return intern(Name, strlen(Name));
}

ID rb_intern3(const char *Name, long Len, void *) {
  RHEAP_API();
  return intern(Name, size_t(Len));
}

ID rb_intern_str(VALUE S) {
  RHEAP_API();
  Check_Type(S, T_STRING);
  return intern(strPtr(S), size_t(strLen(S)));
}

ID rb_to_id(VALUE Name) {
  RHEAP_API();
  if (RB_STATIC_SYM_P(Name))
    return Name >> RUBY_SPECIAL_SHIFT;
  if (!isHeapType(Name, T_STRING))
    rb_raise(rb_eTypeError, "%" PRIsVALUE " is not a symbol nor a string",
             rb_inspect(Name));
  return intern(strPtr(Name), size_t(strLen(Name)));
}

ID rb_sym2id(VALUE Symbol) {
  RHEAP_API();
  Check_Type(Symbol, T_SYMBOL);
  return Symbol >> RUBY_SPECIAL_SHIFT;
}

VALUE rb_id2sym(ID Name) {
  return (Name << RUBY_SPECIAL_SHIFT) | RUBY_SYMBOL_FLAG;
}

VALUE rb_id2str(ID Name) {
  RHEAP_API();
  return newString(rb_cString, textOf(Name), lengthOf(Name));
}

VALUE rb_sym2str(VALUE Symbol) {
  RHEAP_API();
  return rb_id2str(rb_sym2id(Symbol));
}

VALUE rb_sym_to_s(VALUE Symbol) {
  RHEAP_API();
  return rb_sym2str(Symbol);
}

VALUE rb_to_symbol(VALUE Name) {
  RHEAP_API();
  return rb_id2sym(rb_to_id(Name));
}

VALUE rb_str_intern(VALUE S) {
  RHEAP_API();
  return rb_id2sym(rb_intern_str(S));
}

const char *rb_id2name(ID Name) {
  RHEAP_API();
  return textOf(Name);
}

ID rb_check_id(volatile VALUE *Name) {
  RHEAP_API();
  return rb_to_id(*Name);
}
