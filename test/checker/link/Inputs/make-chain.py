"""usage: make-chain.py FOLDER LENGTH RUBY-FLAGS: an extension whose findings need facts from LENGTH files in a row.

Downwards, link-N hands a pointer on until link-0 uses it in a region. Upwards, a region in link-0 calls a function of
link-1 and so on, and that of link-N needs the lock. The files also call each other in a circle.
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
            "static void *region(void *data) {\n  *(char *)data = 1;\n  up_1(1);\n  return 0;\n}\n"
            "void down_0(char *bytes) {\n  rb_thread_call_without_gvl(region, bytes, RUBY_UBF_IO, 0);\n}\n"
            "void up_0(int n) {}\n"
        )
    else:
        text += f"void down_{i}(char *bytes) {{ down_{i - 1}(bytes); }}\n"
        further = f"up_{i + 1}(n)" if i < length else "rb_gc()"
        text += f"void up_{i}(int n) {{\n  if (n)\n    {further};\n  else\n    up_{i - 1}(n);\n}}\n"
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
