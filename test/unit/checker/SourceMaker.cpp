//===- SourceMaker.cpp - C sources out of bytes ---------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "SourceMaker.h"

#include <iterator>
#include <utility>

using namespace gvlsan::fuzz;

namespace {

/// The types of the grammar: an object, bytes, a number, data, a job.
enum Type : char { O = 'O', B = 'B', N = 'N', P = 'P', J = 'J', V = 'V' };

const char *spelled(char T) {
  switch (T) {
  case O:
    return "VALUE ";
  case B:
    return "char *";
  case N:
    return "long ";
  case P:
    return "void *";
  case J:
    return "struct job *";
  default:
    return "void ";
  }
}

/// A function that the model knows, or one that it does not.
struct Known {
  const char *Name;
  char Returns;
  const char *Takes;
};

constexpr Known Api[] = {
    {"rb_str_new", O, "BN"},
    {"rb_str_buf_new", O, "N"},
    {"rb_str_new_frozen", O, "O"},
    {"rb_str_dup", O, "O"},
    {"rb_str_freeze", O, "O"},
    {"rb_str_cat", O, "OBN"},
    {"rb_str_resize", O, "ON"},
    {"rb_str_set_len", V, "ON"},
    {"rb_str_modify", V, "O"},
    {"rb_str_locktmp", O, "O"},
    {"rb_str_unlocktmp", O, "O"},
    {"rb_str_tmp_frozen_acquire", O, "O"},
    {"rb_str_tmp_frozen_release", V, "OO"},
    {"rb_obj_hide", O, "O"},
    {"rb_obj_freeze", O, "O"},
    {"rb_string_value", O, "O"},
    {"rb_string_value_cstr", B, "O"},
    {"rb_ary_new", O, ""},
    {"rb_ary_push", O, "OO"},
    {"rb_ary_entry", O, "ON"},
    {"rb_ary_store", V, "ONO"},
    {"rb_hash_new", O, ""},
    {"rb_hash_aset", O, "OOO"},
    {"rb_hash_aref", O, "OO"},
    {"rb_ivar_get", O, "ON"},
    {"rb_ivar_set", O, "ONO"},
    {"rb_const_get", O, "ON"},
    {"rb_gv_get", O, "B"},
    {"rb_funcall", O, "ONN"},
    {"rb_yield", O, "O"},
    {"rb_obj_is_kind_of", O, "OO"},
    {"rb_gc_start", O, ""},
    {"rb_gc", V, ""},
    {"rb_gc_mark", V, "O"},
    {"rb_gc_mark_movable", V, "O"},
    {"rb_gc_location", O, "O"},
    {"rb_global_variable", V, "A"},
    {"rb_gc_register_address", V, "A"},
    {"rb_gc_unregister_address", V, "A"},
    {"rb_gc_register_mark_object", V, "O"},
    {"rb_num2long", N, "O"},
    {"rb_int2inum", O, "N"},
    {"rb_intern", N, "B"},
    {"rb_check_typeddata", P, "OT"},
    {"rb_data_typed_object_wrap", O, "OPT"},
    {"ruby_xmalloc", P, "N"},
    {"ruby_xfree", V, "P"},
    {"rb_thread_schedule", V, ""},
    {"rb_thread_check_ints", V, ""},
    {"ruby_thread_has_gvl_p", N, ""},
    {"RSTRING_PTR", B, "O"},
    {"RSTRING_LEN", N, "O"},
    {"RSTRING_END", B, "O"},
    {"RARRAY_LEN", N, "O"},
    {"rb_array_const_ptr", P, "O"},
    {"RTYPEDDATA_DATA", P, "O"},
    {"rb_io_descriptor", N, "O"},
    {"malloc", P, "N"},
    {"free", V, "P"},
    {"memcpy", P, "PPN"},
    {"strlen", N, "B"},
    {"strdup", B, "B"},
    {"write", N, "NPN"},
    {"read", N, "NPN"},
    {"pthread_mutex_lock", N, "P"},
    {"pthread_mutex_unlock", N, "P"},
    {"rb_mutex_lock", O, "O"},
    {"outside", N, "P"},
    {"outside_keeps", V, "OP"},
    {"outside_object", O, "B"},
};

/// Functions of the source itself, by the way in which others use them.
enum Kind { Region, Body, Method, VariadicMethod, Helper, Marker, NumKinds };
constexpr const char *KindNames[] = {"region",  "body",   "method",
                                     "vmethod", "helper", "marker"};

class Maker {
public:
  Maker(const uint8_t *Data, size_t Size) : Data(Data), Left(Size) {}

  Source run() {
    Source S;
    uint8_t Mode = byte();
    if (Mode % 16 == 15) {
      S.IsRaw = true;
      S.IsCxx = Mode & 16;
      S.Text = prelude(S.IsCxx);
      S.Text.append(reinterpret_cast<const char *>(Data), Left);
      return S;
    }
    S.IsCxx = IsCxx = Mode & 16;
    for (unsigned &C : Count)
      C = 1 + byte() % 3;
    Out = prelude(IsCxx);
    declare();
    for (unsigned K = 0; K < NumKinds; ++K)
      for (unsigned I = 0; I < Count[K]; ++I)
        function(Kind(K), I);
    init();
    S.Text = std::move(Out);
    return S;
  }

private:
  uint8_t byte() { return Left ? (--Left, *Data++) : 0; }
  bool rare() { return byte() % 8 == 7; }

  static std::string prelude(bool Cxx) {
    std::string Text = "typedef unsigned long VALUE, ID;\n"
                       "typedef __SIZE_TYPE__ size_t;\n";
    if (Cxx)
      Text += "extern \"C\" {\n";
    Text +=
        "struct RBasic { VALUE flags; VALUE klass; };\n"
        "struct RString { struct RBasic basic; long len; union { struct { "
        "char *ptr; } heap; char embed[8]; } as; };\n"
        "struct rb_data_type_t { const char *wrap_struct_name; struct { void "
        "(*dmark)(void *); void (*dfree)(void *); size_t (*dsize)(const void "
        "*); void (*dcompact)(void *); } function; const struct "
        "rb_data_type_t *parent; void *data; VALUE flags; };\n"
        "typedef struct rb_data_type_t rb_data_type_t;\n"
        "#define Qnil ((VALUE)4)\n#define RUBY_UBF_IO ((void (*)(void *))-1)\n"
        "#define RSTRING(o) ((struct RString *)(o))\n"
        "#define RB_GC_GUARD(v) (*({ volatile VALUE *p_ = &(v); p_; }))\n"
        "void *rb_thread_call_without_gvl(void *(*)(void *), void *, void "
        "(*)(void *), void *);\n"
        "void *rb_thread_call_with_gvl(void *(*)(void *), void *);\n"
        "void *rb_nogvl(void *(*)(void *), void *, void (*)(void *), void *, "
        "int);\n"
        "VALUE rb_ensure(VALUE (*)(VALUE), VALUE, VALUE (*)(VALUE), VALUE);\n"
        "VALUE rb_protect(VALUE (*)(VALUE), VALUE, int *);\n"
        "int pthread_create(unsigned long *, void *, void *(*)(void *), void "
        "*);\n"
        "int pthread_join(unsigned long, void **);\n"
        "void *signal(int, void (*)(int));\n"
        "void rb_raise(VALUE, const char *, ...) "
        "__attribute__((noreturn));\n"
        "VALUE rb_define_class(const char *, VALUE);\n"
        "void rb_define_method(VALUE, const char *, VALUE (*)(), int);\n"
        "extern VALUE rb_cObject, rb_eRuntimeError;\n"
        "struct job { VALUE object; char *bytes; long number; void *data; "
        "struct job *next; void *(*run)(void *); union { VALUE v; char *c; } "
        "either; char text[8]; unsigned bits : 3; };\n";
    for (const Known &K : Api) {
      Text += std::string(spelled(K.Returns)) + K.Name + "(";
      for (const char *T = K.Takes; *T; ++T)
        Text += std::string(T == K.Takes ? "" : ", ") +
                (*T == 'A'   ? "VALUE *"
                 : *T == 'T' ? "const rb_data_type_t *"
                             : spelled(*T));
      Text += *K.Takes ? ");\n" : "void);\n";
    }
    if (Cxx)
      Text += "}\n"
              "template <typename T> const T made(0);\n"
              "template <typename F> void *called(F f, void *data) { return "
              "f(data); }\n"
              "struct Lock { explicit Lock(VALUE v) : Held(v) { "
              "rb_mutex_lock(v); } ~Lock() { rb_gc_start(); } VALUE Held; };\n";
    return Text;
  }

  // Written out, an indented line at a time.

  void line(const std::string &Text) {
    Out.append(2 * Depth, ' ').append(Text).append("\n");
  }

  static std::string signature(Kind K, unsigned I) {
    std::string Name = KindNames[K] + std::to_string(I);
    switch (K) {
    case Region:
      return "void *" + Name + "(void *data)";
    case Body:
      return "VALUE " + Name + "(VALUE self)";
    case Method:
      return "VALUE " + Name + "(VALUE self, VALUE other)";
    case VariadicMethod:
      return "VALUE " + Name + "(int argc, VALUE *argv, VALUE self)";
    case Helper:
      return "long " + Name + "(VALUE self, char *bytes, struct job *job)";
    default:
      return "void " + Name + "(void *data)";
    }
  }

  std::string named(Kind K) {
    return KindNames[K] + std::to_string(byte() % Count[K]);
  }

  void declare() {
    line("VALUE global_object = Qnil; static VALUE static_object; char "
         "*global_bytes; static struct job global_job;");
    for (unsigned K = 0; K < NumKinds; ++K)
      for (unsigned I = 0; I < Count[K]; ++I)
        // Exported, and nobody else's, by turns.
        line(std::string(I % 2 ? "static " : "") + signature(Kind(K), I) + ";");
    line("static void *(*table[3])(void *) = {" + named(Region) + ", " +
         named(Region) + ", 0};");
    line("static const rb_data_type_t type = {\"job\", {" + named(Marker) +
         ", " + (rare() ? "0" : named(Marker)) + ", 0, " +
         (rare() ? named(Marker) : "0") + "}, 0, 0, " +
         std::to_string(byte() % 4) + "};");
  }

  void init() {
    line(std::string(IsCxx ? "extern \"C\" " : "") + "void Init_fuzz(void) {");
    line("  VALUE klass = rb_define_class(\"Fuzz\", rb_cObject);");
    std::string Cast = "(VALUE (*)())";
    for (unsigned I = 0; I < Count[Method]; ++I)
      line("  rb_define_method(klass, \"m\", " + Cast + "method" +
           std::to_string(I) + ", 1);");
    for (unsigned I = 0; I < Count[VariadicMethod]; ++I)
      line("  rb_define_method(klass, \"v\", " + Cast + "vmethod" +
           std::to_string(I) + ", -1);");
    line("}");
  }

  void function(Kind K, unsigned I) {
    Present = K;
    line(std::string(I % 2 ? "static " : "") + signature(K, I) + " {");
    Depth = 1;
    line("VALUE o0 = Qnil, o1 = Qnil, o2 = global_object;");
    line("char *b0 = 0, *b1 = global_bytes; long n0 = 0, n1 = 1; void *p0 = "
         "0; int state = 0; unsigned long thread = 0;");
    line("struct job job0 = {Qnil}, *j0 = &job0, *j1 = &global_job;");
    switch (K) {
    case Region:
    case Marker:
      line("p0 = data; j0 = (struct job *)data;");
      break;
    case VariadicMethod:
      line("if (argc > 1) o0 = argv[0]; o1 = self;");
      break;
    case Helper:
      line("o0 = self; b0 = bytes; j0 = job;");
      break;
    case Method:
      line("o0 = self; o1 = other;");
      break;
    default:
      line("o0 = self;");
    }
    // Jumps in C++ must not pass initialisers: these come after all of them.
    line("again:");
    Labels = true;
    block(4 + byte() % 8, 0);
    if (rare())
      line("if (n0) goto again;");
    line("goto done;");
    line("done:");
    Labels = false;
    line("(void)o2; (void)b1; (void)n1; (void)p0; (void)j1; (void)state; "
         "(void)thread;");
    line(result() + ";");
    Depth = 0;
    line("}");
  }

  std::string result() {
    switch (Present) {
    case Region:
      return "return " + expression(P, 1);
    case Helper:
      return "return " + expression(N, 1);
    case Marker:
      return "return";
    default:
      return "return " + expression(O, 1);
    }
  }

  void block(unsigned Statements, unsigned Nested) {
    for (unsigned I = 0; I < Statements && Out.size() < MaxSize; ++I)
      statement(Nested);
  }

  void nested(const std::string &Head, unsigned Nested) {
    line(Head + " {");
    ++Depth;
    block(1 + byte() % 3, Nested + 1);
    --Depth;
    line("}");
  }

  void statement(unsigned Nested) {
    unsigned Which = byte() % 32;
    if (Nested > 3 && Which >= 20)
      Which %= 20;
    switch (Which) {
    case 0:
    case 1:
      return line(lvalue(O) + " = " + expression(O, 0) + ";");
    case 2:
    case 3:
      return line(lvalue(B) + " = " + expression(B, 0) + ";");
    case 4:
      return line(lvalue(N) + " = " + expression(N, 0) + ";");
    case 5:
      return line(lvalue(P) + " = " + expression(P, 0) + ";");
    case 6:
      return line(lvalue(J) + " = " + expression(J, 0) + ";");
    case 7:
    case 8:
      return line(call() + ";");
    case 9:
    case 10:
      return region();
    case 11:
      return line("rb_ensure(" + named(Body) + ", " + expression(O, 1) + ", " +
                  named(Body) + ", " + expression(O, 1) + ");");
    case 12:
      return line("rb_protect(" + named(Body) + ", (VALUE)" + expression(J, 1) +
                  ", &state);");
    case 13:
      return line("(void)RB_GC_GUARD(" + variable(O) + ");");
    case 14:
      return line("*" + parenthesised(B) + " = (char)" + expression(N, 1) +
                  ";");
    case 15:
      return line("*" + parenthesised(J) + " = *" + parenthesised(J) + ";");
    case 16:
      return line("pthread_create(&thread, 0, " + named(Region) + ", " +
                  expression(P, 1) + ");" +
                  (rare() ? "" : " pthread_join(thread, 0);"));
    case 17:
      return line("__asm__ volatile(\"\" : \"+r\"(b0) : \"r\"(o0) : "
                  "\"memory\");");
    case 18:
      if (!Labels)
        return;
      return line(std::string("if (") + expression(N, 1) + ") goto " +
                  (byte() % 2 ? "done" : "again") + ";");
    case 19:
      return line(
          "if (" + expression(N, 1) + ") " +
          (rare() ? "rb_raise(rb_eRuntimeError, \"%s\", b0)" : result()) + ";");
    case 20:
    case 21:
      nested("if (" + expression(N, 0) + ")", Nested);
      if (byte() % 2)
        nested("else", Nested);
      return;
    case 22:
      return nested("while (" + expression(N, 0) + ")", Nested);
    case 23:
      return nested("for (n0 = 0; n0 < " + expression(N, 1) + "; n0++)",
                    Nested);
    case 24:
      line("do");
      nested("", Nested);
      return line("while (" + expression(N, 1) + ");");
    case 25:
      return choice(Nested);
    case 26: {
      bool Outer = std::exchange(Labels, false);
      line("{");
      ++Depth;
      line("VALUE o0 = global_object; char room[8]; b0 = room; (void)o0;");
      block(1 + byte() % 3, Nested + 1);
      --Depth;
      line("}");
      Labels = Outer;
      return;
    }
    default:
      return IsCxx ? cxx(Nested) : statement(4);
    }
  }

  void choice(unsigned Nested) {
    line("switch (" + expression(N, 1) + ") {");
    for (unsigned I = 0, E = 1 + byte() % 4; I < E; ++I) {
      line("case " + std::to_string(I) + ":");
      ++Depth;
      block(1, Nested + 1);
      if (byte() % 4)
        line("break;");
      --Depth;
    }
    line("default: break;");
    line("}");
  }

  void region() {
    std::string Callback = rare()   ? "table[n0 & 1]"
                           : rare() ? "job0.run"
                           : IsCxx && rare()
                               ? "+[](void *data) -> void * { return data; }"
                               : named(Region);
    std::string Ubf = rare() ? named(Marker) : "RUBY_UBF_IO";
    switch (byte() % 4) {
    case 0:
      return line("rb_nogvl(" + Callback + ", " + expression(P, 0) + ", " +
                  Ubf + ", 0, 0);");
    case 1:
      if (Present == Region)
        return line("p0 = rb_thread_call_with_gvl(" + Callback + ", " +
                    expression(P, 0) + ");");
      [[fallthrough]];
    default:
      return line("p0 = rb_thread_call_without_gvl(" + Callback + ", " +
                  expression(P, 0) + ", " + Ubf + ", " + expression(P, 1) +
                  ");");
    }
  }

  void cxx(unsigned Nested) {
    bool Outer = std::exchange(Labels, false);
    switch (byte() % 5) {
    case 0:
      line("called([&](void *data) -> void * {");
      ++Depth;
      {
        Kind Function = std::exchange(Present, Region);
        block(1 + byte() % 3, Nested + 1);
        line("return data;");
        Present = Function;
      }
      --Depth;
      line("}, " + expression(P, 1) + ");");
      break;
    case 1:
      nested("try", Nested);
      nested("catch (...)", Nested);
      break;
    case 2:
      line("{ Lock lock(" + variable(O) + "); " + lvalue(O) +
           " = lock.Held; }");
      break;
    case 3:
      line("{ VALUE &r = " + variable(O) + "; r = " + expression(O, 1) + "; }");
      break;
    default:
      line(lvalue(O) + " = made<VALUE>;");
    }
    Labels = Outer;
  }

  std::string variable(char T) {
    switch (T) {
    case O:
      return std::string("o") + char('0' + byte() % 3);
    case B:
      return std::string("b") + char('0' + byte() % 2);
    case N:
      return std::string("n") + char('0' + byte() % 2);
    case P:
      return "p0";
    default:
      return std::string("j") + char('0' + byte() % 2);
    }
  }

  std::string lvalue(char T) {
    unsigned Which = byte() % 8;
    if (Which < 4)
      return variable(T);
    std::string Holder = Which == 4   ? "job0."
                         : Which == 5 ? "global_job."
                                      : variable(J) + "->";
    switch (T) {
    case O:
      return Which == 7 ? (byte() % 2 ? "global_object" : "static_object")
             : rare()   ? Holder + "either.v"
                        : Holder + "object";
    case B:
      return Which == 7 ? "global_bytes"
             : rare()   ? Holder + "either.c"
                        : Holder + "bytes";
    case N:
      return rare() ? "n1" : Holder + "number";
    case P:
      return Holder + "data";
    default:
      return Holder + "next";
    }
  }

  std::string parenthesised(char T) { return "(" + expression(T, 1) + ")"; }

  std::string call() {
    const Known &K = Api[byte() % std::size(Api)];
    return call(K, 1);
  }
  std::string call(const Known &K, unsigned Deep) {
    std::string Text = std::string(K.Name) + "(";
    for (const char *T = K.Takes; *T; ++T)
      Text += std::string(T == K.Takes ? "" : ", ") +
              (*T == 'A'   ? (byte() % 2 ? "&global_object" : "&static_object")
               : *T == 'T' ? "&type"
                           : expression(*T, Deep + 1));
    return Text + ")";
  }

  /// An expression of type \p T.
  std::string expression(char T, unsigned Deep) {
    unsigned Which = Deep > 3 ? 0 : byte() % 8;
    if (Which < 3)
      return lvalue(T);
    if (Which < 6) {
      // The next function of the table that returns it.
      unsigned From = byte() % std::size(Api);
      for (unsigned I = 0; I < std::size(Api); ++I)
        if (const Known &K = Api[(From + I) % std::size(Api)]; K.Returns == T)
          return call(K, Deep);
    }
    if (Which == 6 && rare())
      return "(" + expression(N, Deep + 1) + " ? " + expression(T, Deep + 1) +
             " : " + expression(T, Deep + 1) + ")";
    switch (T) {
    case O:
      return Which == 6   ? "(VALUE)" + expression(P, Deep + 1)
             : byte() % 2 ? "Qnil"
                          : named(Body) + "(" + expression(O, Deep + 1) + ")";
    case B:
      return Which == 6   ? "(" + variable(B) + " + " + variable(N) + ")"
             : byte() % 2 ? "(char *)" + expression(P, Deep + 1)
                          : "RSTRING(" + variable(O) + ")->as.embed";
    case N:
      return Which == 6 ? "(" + expression(N, Deep + 1) + " + " +
                              std::to_string(byte()) + ")"
             : byte() % 2 ? "*" + parenthesisedCast(Deep)
                          : named(Helper) + "(" + variable(O) + ", " +
                                variable(B) + ", " + variable(J) + ")";
    case P:
      return Which == 6   ? "(void *)" + expression(B, Deep + 1)
             : byte() % 2 ? "(void *)" + expression(O, Deep + 1)
                          : "(void *)" + expression(J, Deep + 1);
    default:
      return Which == 6 ? "(struct job *)" + expression(P, Deep + 1) : "&job0";
    }
  }
  std::string parenthesisedCast(unsigned Deep) {
    return "(" + expression(B, Deep + 1) + ")";
  }

  static constexpr size_t MaxSize = 60000;
  const uint8_t *Data;
  size_t Left;
  std::string Out;
  unsigned Depth = 0;
  unsigned Count[NumKinds] = {};
  Kind Present = Region;
  bool IsCxx = false;
  /// Whether `again` and `done` may be jumped to from here.
  bool Labels = false;
};

} // namespace

Source gvlsan::fuzz::makeSource(const uint8_t *Data, size_t Size) {
  return Maker(Data, Size).run();
}
