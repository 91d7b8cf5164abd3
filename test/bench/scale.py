"""Benchmarks of the checker that need code of a given size: generated extensions, and real ones."""
import json
import os
import pathlib
import shlex
import statistics
import subprocess
import tempfile

LINES_A_FILE = 5000

# One piece: an ordinary method, a helper, a region that is right, and, in every tenth, one that is not.
PIECE = """
struct job_{n} {{ char *bytes; long length; int fd; long done; }};
static long work_{n}(const char *p, long length) {{
  long sum = 0;
  for (long i = 0; i < length; i++) {{
    if (p[i] == {m})
      sum += p[i] * {n};
    else
      sum ^= sum << 1;
  }}
  return sum;
}}
static void *region_{n}(void *data) {{
  struct job_{n} *job = data;
  job->done = work_{n}(job->bytes, job->length);
  return 0;
}}
static VALUE run_{n}(VALUE self, VALUE text, VALUE count) {{
  struct job_{n} job;
  StringValue(text);
  job.length = RSTRING_LEN(text);
  job.bytes = ALLOC_N(char, job.length + 1);
  memcpy(job.bytes, RSTRING_PTR(text), job.length);
  {borrow}
  rb_thread_call_without_gvl(region_{n}, &job, RUBY_UBF_IO, 0);
  RB_GC_GUARD(text);
  xfree(job.bytes);
  return LONG2NUM(job.done + NUM2LONG(count));
}}
static VALUE each_{n}(VALUE self, VALUE list) {{
  VALUE result = rb_ary_new();
  for (long i = 0; i < RARRAY_LEN(list); i++) {{
    VALUE item = rb_ary_entry(list, i);
    switch (TYPE(item)) {{
    case T_STRING: rb_ary_push(result, rb_str_dup(item)); break;
    case T_FIXNUM: rb_ary_push(result, LONG2FIX(FIX2LONG(item) + {n})); break;
    default: rb_raise(rb_eTypeError, "item %ld", i);
    }}
  }}
  {next_file}
  return result;
}}
"""
WRONG = "if (job.length > 1) {{ xfree(job.bytes); job.bytes = RSTRING_PTR(text); }}"


def generate(folder, lines, flags):
    """An extension of about that many lines, with its compile database. Returns its files."""
    folder.mkdir(parents=True)
    pieces = max(1, lines // (PIECE.count("\n") + 1))
    a_file = LINES_A_FILE // (PIECE.count("\n") + 1)
    files = []
    for first in range(0, pieces, a_file):
        name = f"part_{first // a_file}"
        text = "#include <ruby.h>\n#include <ruby/thread.h>\n#include <string.h>\n"
        more = first + a_file < pieces
        if more:
            text += f"void part_{first // a_file + 1}(VALUE *list, char *bytes);\n"
        for n in range(first, min(first + a_file, pieces)):
            text += PIECE.format(
                n=n,
                m=n % 128,
                borrow=WRONG.format() if n % 10 == 9 else "",
                next_file=f"part_{first // a_file + 1}(&result, 0);" if more and n == first else "",
            )
        text += f"void {name}(VALUE *list, char *bytes) {{ if (bytes) bytes[0] = run_{first}(*list, *list, *list) == *list; }}\n"
        path = folder / f"{name}.c"
        path.write_text(text)
        files.append(path)
    (folder / "compile_commands.json").write_text(
        json.dumps(
            [{"directory": str(folder), "file": str(f), "arguments": ["cc", *flags, "-c", str(f)]} for f in files]
        )
    )
    return files


def measured(command, cwd, accept=(0, 1)):
    """CPU seconds, peak MiB, and what was printed on stderr."""
    with tempfile.NamedTemporaryFile("r") as log:
        done = subprocess.run(
            ["/usr/bin/time", "-o", log.name, "-f", "%U %S %M", *command],
            cwd=cwd,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        user, system, peak = log.read().split()[-3:]
    if done.returncode not in accept:
        raise SystemExit(f"bench: error: {shlex.join(map(str, command))}: {done.stderr[-500:]}")
    return float(user) + float(system), int(peak) / 1024, done.stderr


def syntax_only(folder, clang):
    """CPU seconds of clang -fsyntax-only over the sources of a database, one process each, as a build runs it."""
    total, seen = 0.0, set()
    for entry in json.loads((folder / "compile_commands.json").read_text()):
        source = os.path.join(entry["directory"], entry["file"])
        if source in seen or not source.endswith((".c", ".cc", ".cpp", ".cxx")):
            continue
        seen.add(source)
        arguments = entry.get("arguments") or shlex.split(entry["command"])
        kept, skip = [], False
        for argument in arguments[1:]:
            if skip or argument in ("-o", "-c") or argument.startswith("-W"):
                skip = argument == "-o"
                continue
            kept.append(argument)
        program = clang if source.endswith(".c") else clang.replace("clang", "clang++")
        total += measured([program, "-w", "-fsyntax-only", *kept], entry["directory"], (0, 1))[0]
    return total


def scale(gvlsan, clang, flags, largest=1_000_000):
    print("\ngvlsan check on generated extensions, files of 5,000 lines (no cache; CPU is user + system)")
    print("      lines  files   clang s   check s   ratio  us/line  peak MiB  findings")
    lines = 1000
    while lines <= largest:
        with tempfile.TemporaryDirectory() as work:
            folder = pathlib.Path(work) / "ext"
            files = generate(folder, lines, flags)
            real = sum(f.read_text().count("\n") for f in files)
            plain = syntax_only(folder, clang)
            cpu, peak, err = measured([gvlsan, "check", "-p", folder, "--cache-dir="], folder)
            found = err.strip().splitlines()[-1].split(" finding")[0].split()[-1]
            print(
                f"  {real:9,}  {len(files):5}  {plain:8.2f}  {cpu:8.2f}  {cpu / plain:5.2f}x  "
                f"{cpu / real * 1e6:7.1f}  {peak:8.0f}  {found:>8}",
                flush=True,
            )
        lines *= 10


def incremental(gvlsan, clang, flags, runs=5):
    print("\ngvlsan check again, after a change in one of 20 files (medians of 5; CPU)")
    with tempfile.TemporaryDirectory() as work:
        folder, cache = pathlib.Path(work) / "ext", pathlib.Path(work) / "cache"
        files = generate(folder, 20 * LINES_A_FILE - 2000, flags)
        command = [gvlsan, "check", "-p", folder, f"--cache-dir={cache}"]
        first = measured(command, folder)[0]
        parse, again, nothing = [], [], []
        for n in range(runs):
            with open(files[n], "a") as f:
                f.write(f"static int touched_{n};\n")
            parse.append(measured([clang, "-w", "-fsyntax-only", *flags, files[n]], folder)[0])
            again.append(measured(command, folder)[0])
            nothing.append(measured(command, folder)[0])
        base = statistics.median(parse)
        print(f"  clang -fsyntax-only of that file   {base:7.3f} s  1.00x")
        print(f"  gvlsan check of all, one changed   {statistics.median(again):7.3f} s  {statistics.median(again) / base:.2f}x")
        print(f"  gvlsan check of all, none changed  {statistics.median(nothing):7.3f} s  {statistics.median(nothing) / base:.2f}x")
        print(f"  gvlsan check of all, first         {first:7.3f} s  {first / base:.2f}x")


def extensions(gvlsan, clang):
    cache = pathlib.Path(os.environ.get("XDG_CACHE_HOME", pathlib.Path.home() / ".cache")) / "gvlsan" / "corpus"
    found = sorted(p.parent for p in cache.glob("*/**/compile_commands.json"))
    if not found:
        print("\n(no real extensions here: ./dev corpus fetches and builds them)")
        return
    print("\ngvlsan check against clang -fsyntax-only over whole extensions (no cache; CPU)")
    total, peaks = [0.0, 0.0], []
    for folder in found:
        plain = syntax_only(folder, clang)
        if not plain:
            continue
        # 2: some file does not parse, for clang as for us.
        cpu, peak, _ = measured([gvlsan, "check", "-p", folder, "--cache-dir="], folder, (0, 1, 2))
        total[0] += plain
        total[1] += cpu
        peaks.append((peak, folder.relative_to(cache)))
        print(f"  {str(folder.relative_to(cache)):45} {plain:7.2f} s {cpu:7.2f} s {cpu / plain:5.2f}x {peak:6.0f} MiB", flush=True)
    peak, where = max(peaks)
    print(f"  {len(found)} extensions: {total[0]:.2f} s, {total[1]:.2f} s, {total[1] / total[0]:.2f}x; peak {peak:.0f} MiB ({where})")
