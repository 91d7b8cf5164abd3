/* ruby/internal/data.h - T_DATA: C structs as Ruby objects
 * Part of gvlsan, under the Apache License v2.0. See LICENSE. */
#ifndef RUBY_INTERNAL_DATA_H
#define RUBY_INTERNAL_DATA_H

typedef void (*RUBY_DATA_FUNC)(void *);
typedef struct rb_data_type_struct rb_data_type_t;
struct rb_data_type_struct {
  const char *wrap_struct_name;
  struct {
    RUBY_DATA_FUNC dmark;
    RUBY_DATA_FUNC dfree;
    size_t (*dsize)(const void *);
    RUBY_DATA_FUNC dcompact;
    void *reserved[1];
  } function;
  const rb_data_type_t *parent;
  void *data;
  VALUE flags;
};
#define HAVE_TYPE_RB_DATA_TYPE_T 1
#define HAVE_RB_DATA_TYPE_T_FUNCTION 1
#define HAVE_RB_DATA_TYPE_T_PARENT 1

#define RUBY_TYPED_FREE_IMMEDIATELY ((VALUE)1)
#define RUBY_TYPED_EMBEDDABLE ((VALUE)2)
#define RUBY_TYPED_FROZEN_SHAREABLE RUBY_FL_SHAREABLE
#define RUBY_TYPED_WB_PROTECTED RUBY_FL_WB_PROTECTED
#define RUBY_DEFAULT_FREE ((RUBY_DATA_FUNC) - 1)
#define RUBY_TYPED_DEFAULT_FREE RUBY_DEFAULT_FREE
#define RUBY_NEVER_FREE ((RUBY_DATA_FUNC)0)
#define RUBY_TYPED_NEVER_FREE RUBY_NEVER_FREE
#define TYPED_DATA_EMBEDDED 2

struct RData {
  struct RBasic basic;
  RUBY_DATA_FUNC dmark;
  RUBY_DATA_FUNC dfree;
  void *data;
};

/* typed_flag is 1 or, with the struct in the slot, 3; it tells a typed object
 * from an RData, whose dfree is at the same place and never odd but for -1. */
struct RTypedData {
  struct RBasic basic;
  const rb_data_type_t *const type;
  const VALUE typed_flag;
  void *data;
};
#define RDATA(obj) ((struct RData *)(obj))
#define RTYPEDDATA(obj) ((struct RTypedData *)(obj))

RUBY_BEGIN_DECLS
/* Accessors: rule R1.b without the lock. */
void *rb_typeddata_get_data(VALUE obj);
void **rb_data_slot(VALUE obj);
int rb_typeddata_p(VALUE obj);
const rb_data_type_t *rb_typeddata_type(VALUE obj);

VALUE rb_data_object_wrap(VALUE klass, void *data, RUBY_DATA_FUNC dmark,
                          RUBY_DATA_FUNC dfree);
VALUE rb_data_object_zalloc(VALUE klass, size_t size, RUBY_DATA_FUNC dmark,
                            RUBY_DATA_FUNC dfree);
VALUE rb_data_typed_object_wrap(VALUE klass, void *data,
                                const rb_data_type_t *type);
VALUE rb_data_typed_object_zalloc(VALUE klass, size_t size,
                                  const rb_data_type_t *type);
int rb_typeddata_is_kind_of(VALUE obj, const rb_data_type_t *type);
int rb_typeddata_inherited_p(const rb_data_type_t *type,
                             const rb_data_type_t *parent);
void *rb_check_typeddata(VALUE obj, const rb_data_type_t *type);
RUBY_END_DECLS

#define DATA_PTR(obj) (*rb_data_slot((VALUE)(obj)))
#define RTYPEDDATA_DATA(obj) (*rb_data_slot((VALUE)(obj)))
#define RTYPEDDATA_GET_DATA(obj) rb_typeddata_get_data((VALUE)(obj))
#define RTYPEDDATA_P(obj) rb_typeddata_p((VALUE)(obj))
#define RTYPEDDATA_TYPE(obj) rb_typeddata_type((VALUE)(obj))
#define Data_Wrap_Struct(klass, mark, free, sval)                              \
  rb_data_object_wrap((klass), (sval), (RUBY_DATA_FUNC)(mark),                 \
                      (RUBY_DATA_FUNC)(free))
#define Data_Make_Struct(klass, type, mark, free, sval)                        \
  __extension__({                                                              \
    VALUE data_struct_obj =                                                    \
        rb_data_object_zalloc((klass), sizeof(type), (RUBY_DATA_FUNC)(mark),   \
                              (RUBY_DATA_FUNC)(free));                         \
    (sval) = (type *)DATA_PTR(data_struct_obj);                                \
    data_struct_obj;                                                           \
  })
#define Data_Get_Struct(obj, type, sval)                                       \
  (Check_Type((obj), T_DATA), (sval) = (type *)DATA_PTR(obj))
#define TypedData_Wrap_Struct(klass, data_type, sval)                          \
  rb_data_typed_object_wrap((klass), (sval), (data_type))
#define TypedData_Make_Struct(klass, type, data_type, sval)                    \
  __extension__({                                                              \
    VALUE data_struct_obj =                                                    \
        rb_data_typed_object_zalloc((klass), sizeof(type), (data_type));       \
    (sval) = (type *)RTYPEDDATA_GET_DATA(data_struct_obj);                     \
    data_struct_obj;                                                           \
  })
#define TypedData_Get_Struct(obj, type, data_type, sval)                       \
  ((sval) = (type *)rb_check_typeddata((obj), (data_type)))
#endif
