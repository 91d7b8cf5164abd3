"""usage: make-source.py KIND N: a source of size N that is hard on an analysis, on stdout.

Each has a region with one access that breaks a rule, at its end: who gets lost on the way does not find it.
"""
import sys

kind, n = sys.argv[1], int(sys.argv[2])
HEAD = "#include <ruby.h>\n#include <ruby/thread.h>\nint outside(int);\n"
LAST = "RSTRING_LEN((VALUE)data)"


def region(body, before=""):
    return (
        f"{before}\nstatic void *region(void *data) {{\n  int x = outside(0);\n{body}\n"
        f"  return (void *)({LAST} + x);\n}}\n"
    )


def cases():
    return region("  switch (x) {\n" + "".join(f"  case {i}: x += {i}; break;\n" for i in range(n)) + "  }\n")


def fall_through():
    return region("  switch (x) {\n" + "".join(f"  case {i}: x += {i};\n" for i in range(n)) + "  }\n")


def sum_of():
    return region("  x = " + " + ".join(["x"] * n) + ";")


def else_ifs():
    return region("  " + "\n  else ".join(f"if (x == {i}) x = {i + 1};" for i in range(n)))


def nested():
    return region("  " + "if (outside(x)) { while (x--) { " * (n // 2) + "x++;" + " } }" * (n // 2))


def parentheses():
    return region("  x = " + "(" * n + "x" + ")" * n + ";")


def macros():
    text = "#define M0(x) x = outside(x);\n"
    text += "".join(f"#define M{i + 1}(x) M{i}(x) M{i}(x)\n" for i in range(n))
    return region(f"  M{n}(x)", text)


def variables():
    lines = [f"  VALUE v{i} = rb_str_new(0, {i}); char *p{i} = RSTRING_PTR(v{i});\n" for i in range(n)]
    body = "".join(lines) + "  struct { char *p[8]; } all = {0};\n"
    body += "".join(f"  if (outside({i})) all.p[{i % 8}] = p{i};\n" for i in range(n))
    return (
        "static void *region(void *data) {\n  outside(**(char **)data);\n"
        "  return (void *)RSTRING_LEN(*(VALUE *)data);\n}\n"
        f"VALUE many(VALUE self) {{\n{body}"
        "  rb_thread_call_without_gvl(region, &all, RUBY_UBF_IO, 0);\n  return self;\n}\n"
    )


def circle():
    """Every function calls every other one."""
    names = [f"f{i}" for i in range(n)]
    text = "".join(f"static int {f}(void *data, int x);\n" for f in names)
    for f in names:
        calls = "".join(f"  if (x == {i}) return {g}(data, x - 1);\n" for i, g in enumerate(names))
        text += f"static int {f}(void *data, int x) {{\n{calls}  return {LAST};\n}}\n"
    return text + "static void *region(void *data) { f0(data, outside(9)); return 0; }\n"


def tower():
    """Each function calls the next one twice, in another way each time."""
    text = f"static long g{n}(void *data, long x) {{ return x + {LAST}; }}\n"
    for i in reversed(range(n)):
        text += f"static long g{i}(void *data, long x) {{ return g{i + 1}(data, x + {2 * i}) + g{i + 1}(data, 2 * x); }}\n"
    return text + "static void *region(void *data) { return (void *)g0(data, 1); }\n"


def destroy():
    """A function that other files may call goes through all kinds of nodes of a tree, as generated ones do."""
    calls = "".join(f"  case {i}: destroy(node->children[{i % 7}]); destroy_one(node); break;\n" for i in range(n))
    text = "struct node { int kind; struct node *children[7]; };\nvoid destroy(struct node *);\n"
    text += f"void destroy_one(struct node *node) {{\n  switch (node->kind) {{\n{calls}  }}\n}}\n"
    text += f"void destroy(struct node *node) {{\n  switch (node->kind) {{\n{calls}  }}\n}}\n"
    return text + region("  destroy(0);")


KINDS = [cases, fall_through, sum_of, else_ifs, nested, parentheses, macros, variables, circle, tower, destroy]
text = {k.__name__: k for k in KINDS}[kind]()
print(HEAD + text)
if kind != "variables":
    print(
        "VALUE run(VALUE self, VALUE v) {\n"
        "  rb_thread_call_without_gvl(region, (void *)v, RUBY_UBF_IO, 0);\n  return v;\n}"
    )
