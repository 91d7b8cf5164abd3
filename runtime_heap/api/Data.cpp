//===- Data.cpp - T_DATA --------------------------------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "model/Data.h"

#include "heap/Heap.h"
#include "judge/Judge.h"

using namespace rheap;

namespace {

/// A zeroed struct. A dfree of the extension's own may call free on it.
void *newStruct(size_t Size, RUBY_DATA_FUNC Free, VALUE Owner) {
  if (Free != RUBY_DEFAULT_FREE && Free != ruby_xfree)
    return ruby_xcalloc(1, Size);
  return memset(heap().allocateBuffer(Size, Owner), 0, Size);
}

VALUE wrapTyped(VALUE Klass, void *Ptr, const rb_data_type_t *Type, VALUE Flag,
                size_t Size) {
  if (!Type)
    rb_bug("rb_data_typed_object_wrap: the type is NULL");
  VALUE V =
      heap().allocate(Size, T_DATA | (Type->flags & FL_WB_PROTECTED), Klass);
  auto *D = RTYPEDDATA(V);
  const_cast<const rb_data_type_t *&>(D->type) = Type;
  const_cast<VALUE &>(D->typed_flag) = Flag;
  if (Flag == 1) {
    D->data = Ptr;
    heap().External.setOwner(Ptr, V);
  }
  return V;
}

} // namespace

VALUE rb_data_object_wrap(VALUE Klass, void *Ptr, RUBY_DATA_FUNC Mark,
                          RUBY_DATA_FUNC Free) {
  RHEAP_API();
  VALUE V = heap().allocate(sizeof(RData), T_DATA, Klass);
  RDATA(V)->dmark = Mark;
  RDATA(V)->dfree = Free;
  RDATA(V)->data = Ptr;
  heap().External.setOwner(Ptr, V);
  return V;
}

VALUE rb_data_object_zalloc(VALUE Klass, size_t Size, RUBY_DATA_FUNC Mark,
                            RUBY_DATA_FUNC Free) {
  RHEAP_API();
  VALUE V = rb_data_object_wrap(Klass, nullptr, Mark, Free);
  RDATA(V)->data = newStruct(Size, Free, V);
  RB_GC_GUARD(V);
  return V;
}

VALUE rb_data_typed_object_wrap(VALUE Klass, void *Ptr,
                                const rb_data_type_t *Type) {
  RHEAP_API();
  return wrapTyped(Klass, Ptr, Type, 1, sizeof(RTypedData));
}

VALUE rb_data_typed_object_zalloc(VALUE Klass, size_t Size,
                                  const rb_data_type_t *Type) {
  RHEAP_API();
  if ((Type->flags & RUBY_TYPED_EMBEDDABLE) &&
      DataHeader + Size <= Heap::MaxObjectSize)
    return wrapTyped(Klass, nullptr, Type, 1 | TYPED_DATA_EMBEDDED,
                     DataHeader + Size);
  VALUE V = wrapTyped(Klass, nullptr, Type, 1, sizeof(RTypedData));
  RTYPEDDATA(V)->data = newStruct(Size, Type->function.dfree, V);
  RB_GC_GUARD(V);
  return V;
}

/// Without the lock the header is read through the alias, but the address of
/// an embedded struct is the real one, so that its use is judged as well.
void *rb_typeddata_get_data(VALUE V) {
  const RTypedData *D = RHEAP_VIEW(RTypedData, V);
  return D->typed_flag == (1 | TYPED_DATA_EMBEDDED)
             ? reinterpret_cast<char *>(V) + DataHeader
             : D->data;
}

void **rb_data_slot(VALUE V) { return &RHEAP_VIEW(RTypedData, V)->data; }

int rb_typeddata_p(VALUE V) {
  return isTypedData(VALUE(RHEAP_VIEW(RTypedData, V)));
}

const rb_data_type_t *rb_typeddata_type(VALUE V) {
  return RHEAP_VIEW(RTypedData, V)->type;
}

int rb_typeddata_inherited_p(const rb_data_type_t *Type,
                             const rb_data_type_t *Parent) {
  for (; Type; Type = Type->parent)
    if (Type == Parent)
      return 1;
  return 0;
}

int rb_typeddata_is_kind_of(VALUE V, const rb_data_type_t *Type) {
  RHEAP_API();
  return isHeapType(V, T_DATA) && isTypedData(V) &&
         rb_typeddata_inherited_p(RTYPEDDATA(V)->type, Type);
}

void *rb_check_typeddata(VALUE V, const rb_data_type_t *Type) {
  RHEAP_API();
  if (!isHeapType(V, T_DATA))
    rb_raise(rb_eTypeError, "wrong argument type %s (expected %s)",
             rb_obj_classname(V), Type->wrap_struct_name);
  if (!isTypedData(V))
    rb_raise(rb_eTypeError, "wrong argument type %s (expected %s)",
             rb_obj_classname(V), Type->wrap_struct_name);
  if (!rb_typeddata_inherited_p(RTYPEDDATA(V)->type, Type))
    rb_raise(rb_eTypeError, "wrong argument type %s (expected %s)",
             RTYPEDDATA(V)->type->wrap_struct_name, Type->wrap_struct_name);
  return dataOf(V);
}
