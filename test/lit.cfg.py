# lit configuration shared by every test that users would recognise. Substitutions:
#   %gvlsan        the driver of this build
#   %libdir        lib/gvlsan of this build
#   %build         the build folder itself
#   %llvm          the major version of the LLVM of this build
#   %cc %cxx       the clang that this build uses
#   %ruby          the stock Ruby
#   %ruby_cflags   what an extension is compiled with against it
#   %heap_cflags   the same against the runtime heap
#   %static %heap %rubyrun FILE   one example of the spec, three ways (tools/run-example)
#   %clang_tidy    clang-tidy with our module loaded
import os
import shlex
import shutil
import subprocess

import lit.formats

config.name = "gvlsan"
config.test_format = lit.formats.ShTest(execute_external=True)
config.suffixes = [".c", ".cpp", ".test", ".rb"]
config.excludes = ["Inputs", "lit.cfg.py", "tools", "unit", "corpus", "bench", "demo"]
config.test_source_root = os.path.dirname(__file__)
config.test_exec_root = os.path.join(config.gvlsan_build, "test")

build, major = config.gvlsan_build, config.llvm_major
libdir = os.path.join(build, "lib", "gvlsan")
config.environment["PATH"] = os.pathsep.join(
    [os.path.join(build, "bin"), config.llvm_tools, os.environ["PATH"]]
)
# Ruby takes the encoding of its strings from the locale.
config.environment["LANG"] = "C.UTF-8"
# Reports are symbolised by the LLVM that the build uses.
config.environment["GVLSAN_SYMBOLIZER_PATH"] = os.path.join(config.llvm_tools, "llvm-symbolizer")
for name in ("CCACHE_DIR", "XDG_CACHE_HOME"):
    if name in os.environ:
        config.environment[name] = os.environ[name]

ruby_cflags = ""
ruby = shutil.which("ruby")
if ruby:
    config.available_features.add("ruby")
    script = (
        "c = RbConfig::CONFIG;"
        'print %w[rubyhdrdir rubyarchhdrdir].map { "-I" + c[_1] }.join(" ")'
    )
    api = subprocess.check_output([ruby, "-e", "print RUBY_VERSION[/\\d+\\.\\d+/]"], text=True)
    config.available_features.add("ruby-" + api)
    ruby_cflags = subprocess.check_output([ruby, "-rrbconfig", "-e", script], text=True)

for feature in ("checker", "sanitizer", "runtime_heap"):
    if getattr(config, "has_" + feature) == "ON":
        config.available_features.add(feature)
config.available_features.add("llvm-" + major)
if "runtime_heap" in config.available_features:
    barriers = os.path.join(build, "bin", "rheap")
    if os.path.exists(barriers):
        lines = subprocess.check_output([barriers, "barriers", "--json"], text=True).splitlines()
        if any('"B.uffd"' in line and '"unavailable":""' in line for line in lines):
            config.available_features.add("userfaultfd")
if any(os.path.exists(os.path.join(build, "test", "unit", f)) for f in ("RuntimeHeapFuzzer", "CheckerFuzzer")):
    config.available_features.add("libfuzzer")
if os.path.exists(os.path.join(build, "test", "checked", "RuntimeHeapChecked")):
    config.available_features.add("checked_heap")
for program in ("ninja", "chromium"):
    if shutil.which(program):
        config.available_features.add(program)
# Its daemons start as root and become a user of their own.
if shutil.which("icerun") and shutil.which("iceccd") and os.geteuid() == 0:
    config.available_features.add("icecream")
if shutil.which("valgrind"):
    config.available_features.add("valgrind")

source = config.gvlsan_source
example = shlex.join(["python3", os.path.join(source, "test", "tools", "run-example")])
config.substitutions += [
    ("%gvlsan", os.path.join(build, "bin", "gvlsan")),
    ("%libdir", libdir),
    ("%build", build),
    ("%source", source),
    ("%llvm", major),
    ("%cc", "clang-" + major),
    ("%cxx", "clang++-" + major),
    ("%ruby_cflags", ruby_cflags),
    ("%heap_cflags", "-I" + os.path.join(source, "runtime_heap", "include")),
    ("%rubyrun", example + " ruby"),
    ("%ruby", ruby or "ruby"),
    ("%static", example + " static"),
    ("%heap", example + " heap"),
    (
        "%clang_tidy",
        "clang-tidy-" + major + " -load=" + os.path.join(libdir, "libgvlsan-tidy.so"),
    ),
]
# No result of one run serves another, unless a test says so.
config.environment["GVLSAN_CACHE_DIR"] = ""
config.environment["GVLSAN_BUILD"] = build
config.environment["GVLSAN_CC"] = "clang-" + major
config.environment["GVLSAN_RUBY_CFLAGS"] = ruby_cflags
