/* ruby/internal/object.h - Objects, their classes and variables
 * Part of gvlsan, under the Apache License v2.0. See LICENSE. */
#ifndef RUBY_INTERNAL_OBJECT_H
#define RUBY_INTERNAL_OBJECT_H
RUBY_BEGIN_DECLS
VALUE rb_obj_class(VALUE obj);
VALUE rb_class_real(VALUE klass);
VALUE rb_obj_alloc(VALUE klass);
VALUE rb_class_new_instance(int argc, const VALUE *argv, VALUE klass);
void rb_obj_call_init(VALUE obj, int argc, const VALUE *argv);
VALUE rb_obj_is_kind_of(VALUE obj, VALUE klass);
VALUE rb_obj_is_instance_of(VALUE obj, VALUE klass);
VALUE rb_obj_id(VALUE obj);
VALUE rb_obj_dup(VALUE obj);
/* What an initialize_copy begins with. */
VALUE rb_obj_init_copy(VALUE obj, VALUE original);
VALUE rb_obj_instance_variables(VALUE obj);
VALUE rb_any_to_s(VALUE obj);
VALUE rb_equal(VALUE left, VALUE right);
int rb_eql(VALUE left, VALUE right);
VALUE rb_hash(VALUE obj);
const char *rb_obj_classname(VALUE obj);
const char *rb_class2name(VALUE klass);
VALUE rb_class_name(VALUE klass);
VALUE rb_class_path(VALUE klass);
VALUE rb_convert_type(VALUE v, int type, const char *name, const char *method);
VALUE rb_check_convert_type(VALUE v, int type, const char *name,
                            const char *method);

VALUE rb_ivar_get(VALUE obj, ID name);
VALUE rb_ivar_set(VALUE obj, ID name, VALUE v);
VALUE rb_ivar_defined(VALUE obj, ID name);
VALUE rb_iv_get(VALUE obj, const char *name);
VALUE rb_iv_set(VALUE obj, const char *name, VALUE v);
VALUE rb_attr_get(VALUE obj, ID name);
VALUE rb_cvar_get(VALUE klass, ID name);
void rb_cvar_set(VALUE klass, ID name, VALUE v);
VALUE rb_cvar_defined(VALUE klass, ID name);
VALUE rb_cv_get(VALUE klass, const char *name);
void rb_cv_set(VALUE klass, const char *name, VALUE v);
void rb_define_class_variable(VALUE klass, const char *name, VALUE v);
VALUE rb_gv_get(const char *name);
VALUE rb_gv_set(const char *name, VALUE v);
void rb_define_variable(const char *name, VALUE *address);
void rb_const_set(VALUE klass, ID name, VALUE v);
VALUE rb_const_get(VALUE klass, ID name);
VALUE rb_const_get_at(VALUE klass, ID name);
int rb_const_defined(VALUE klass, ID name);
VALUE rb_path2class(const char *path);
VALUE rb_path_to_class(VALUE path);
RUBY_END_DECLS
#define OBJ_INIT_COPY(obj, original)                                           \
  ((obj) != (original) && (rb_obj_init_copy((obj), (original)), 1))
#endif
