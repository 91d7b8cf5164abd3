"""usage: make-chain.py FOLDER LENGTH RUBY-FLAGS: an extension whose findings need facts from LENGTH files in a row.

One fact goes from link-0 to link-N: link-N hands a pointer on until link-0 uses it in a region. One goes from link-N to
link-1: a region in link-0 calls a function of link-N, that one calls the next, and that of link-1 needs the lock. So
neither travels in the shadow of the other. The files also call each other in a circle.
"""
import json
import pathlib
import sys

folder, length, flags = pathlib.Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
folder.mkdir(parents=True)
(folder / "chain.h").write_text(
    "#include <ruby.h>\n#include <ruby/thread.h>\n"
    + "".join(f"void down_{i}(char *bytes);\nvoid up_{i}(int n);\n" for i in range(length + 1))
)
for i in range(length + 1):
    text = '#include "chain.h"\n\n'
    if i == 0:
        text += (
            "static void *region(void *data) {\n  *(char *)data = 1;\n  up_%d(1);\n  return 0;\n}\n"
            "void down_0(char *bytes) {\n  rb_thread_call_without_gvl(region, bytes, RUBY_UBF_IO, 0);\n}\n"
            "void up_0(int n) {}\n"
        ) % length
    else:
        text += f"void down_{i}(char *bytes) {{ down_{i - 1}(bytes); }}\n"
        further = f"up_{i - 1}(n)" if i > 1 else "RSTRING_LEN((VALUE)(long)n)"
        text += f"void up_{i}(int n) {{\n  if (n)\n    {further};\n  else\n    up_{i + 1 if i < length else 0}(n);\n}}\n"
    if i == length:
        text += f"VALUE method(VALUE self, VALUE text) {{\n  down_{i}(RSTRING_PTR(text));\n  return text;\n}}\n"
    (folder / f"link-{i}.c").write_text(text)
json.dump(
    [
        {"directory": str(folder), "file": str(f), "command": f"gcc {flags} -c {f.name}"}
        for f in sorted(folder.glob("*.c"))
    ],
    open(folder / "compile_commands.json", "w"),
    indent=1,
)
