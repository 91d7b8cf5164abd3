"""`bench sanitizer`: zlib's own code, built by each tool, in one run."""
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
SOURCE = HERE.parent.parent
LLVM = os.environ.get("GVLSAN_LLVM", "19")
ZLIB = "adler32 compress crc32 deflate inffast inflate inftrees trees uncompr zutil".split()


def die(message):
    sys.exit(f"bench: error: {message}")


def reported(command, env=None):
    """Runs a command that prints its own measurement: a number, the last line."""
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, **(env or {})})
    if done.returncode != 0:
        sys.stderr.write(done.stderr)
        die(f"{' '.join(map(str, command))} exited with {done.returncode}")
    return float(done.stdout.split()[-1])


def compare_reported(title, unit, rows, runs, difference=False):
    """Rows of (name, command, environment, scale), run in turn; the first is what
    the others are compared with."""
    results = {row[0]: [] for row in rows}
    for _ in range(runs):
        for name, command, env, scale in rows:
            results[name].append(reported(command, env) * scale)
    print(f"\n{title} (medians of {runs})")
    base = statistics.median(results[rows[0][0]])
    for name, values in results.items():
        value = statistics.median(values)
        beside = f"{value - base:+8.3f} {unit}" if difference else f"{value / base:7.3f}x"
        print(f"  {name:<28} {value:9.3f} {unit}  {beside}   ({min(values):.3f} to {max(values):.3f})")


def fetch_zlib():
    cache = pathlib.Path(os.environ.get("XDG_CACHE_HOME", pathlib.Path.home() / ".cache")) / "gvlsan" / "zlib-src"
    if not (cache / "inffast.c").exists():
        if subprocess.run([SOURCE / "cmake" / "fetch-source-package", "zlib", cache]).returncode != 0:
            die("cannot fetch zlib's sources")
    return cache


def build(command):
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True)
    if done.returncode != 0:
        sys.stderr.write(done.stderr)
        die(f"{' '.join(map(str, command))} failed")


def size_of_code(path):
    return int(subprocess.check_output([f"llvm-size-{LLVM}", path], text=True).split("\n")[1].split()[0])


def zlib(gvlsan, folder, ruby_flags):
    sources = fetch_zlib()
    # Ruby itself is linked to a zlib, whose names would come first.
    flags = ["-O2", "-w", "-DZ_PREFIX", f"-I{sources}"]
    files = [sources / f"{name}.c" for name in ZLIB] + [HERE / "zlib.c"]
    clang = f"clang-{LLVM}"
    for name, compiler in (("plain", [clang]), ("gvlsan", [gvlsan, "cc"])):
        (folder / name).mkdir()
        build([*compiler, *flags, "-shared", "-fPIC", *ruby_flags, *files, "-o", folder / name / "zbench.so"])
    programs = {"plain": [], "asan": ["-fsanitize=address"], "tsan": ["-fsanitize=thread"]}
    for name, more in programs.items():
        build([clang, *flags, "-fPIC", "-DSTANDALONE", *more, *files, "-o", folder / f"zlib-{name}"])

    def ruby(library, call):
        return ["ruby", "--disable-gems", f"-r{folder / library / 'zbench.so'}", "-e", f"Zbench.{call} 3"]

    run = [gvlsan, "run", "--"]
    compare_reported(
        "zlib in an extension, CPU", "s",
        [
            ("plain", ruby("plain", "held"), None, 1),
            ("gvlsan cc, lock held", run + ruby("gvlsan", "held"), None, 1),
            ("gvlsan cc, lock released", run + ruby("gvlsan", "released"), None, 1),
            ("gvlsan cc, no runtime", ruby("gvlsan", "released"), {"GVLSAN_SAID_INACTIVE": "1"}, 1),
        ],
        runs=5,
    )
    if gcc := shutil.which("gcc"):
        for name, more in (("gcc", []), ("gcc-tsan", ["-fsanitize=thread"])):
            objects = folder / f"{name}-objects"
            objects.mkdir()
            (folder / name).mkdir()
            for file in files:
                build([gcc, *flags, *more, "-fPIC", *ruby_flags, "-c", file, "-o", objects / f"{file.stem}.o"])
            # Without ThreadSanitizer's own runtime.
            build([gcc, "-shared", *objects.glob("*.o"), "-o", folder / name / "zbench.so"])
        compare_reported(
            "gcc -fsanitize=thread on our runtime, CPU", "s",
            [
                ("plain gcc", ruby("gcc", "held"), None, 1),
                ("lock held", run + ruby("gcc-tsan", "held"), None, 1),
                ("lock released", run + ruby("gcc-tsan", "released"), None, 1),
            ],
            runs=3,
        )
    compare_reported(
        "the same code in a program of its own, CPU", "s",
        [
            ("plain", [folder / "zlib-plain", "3"], None, 1),
            ("ASan", [folder / "zlib-asan", "3"], None, 1),
            ("TSan", [folder / "zlib-tsan", "3"], None, 1),
        ],
        runs=3,
    )
    if valgrind := shutil.which("valgrind"):
        # Its threads' clock does not run at the program's speed: whole processes.
        compare_reported(
            "the same, one round, under Valgrind, CPU of the process", "s",
            [
                ("plain", timed([folder / "zlib-plain", "1"]), None, 1),
                ("Valgrind", timed([valgrind, "-q", "--undef-value-errors=no", folder / "zlib-plain", "1"]), None, 1),
            ],
            runs=1,
        )
    plain, ours = (size_of_code(folder / name / "zbench.so") for name in ("plain", "gvlsan"))
    print(f"\ncode and constants: plain {plain} bytes, gvlsan cc {ours} bytes, {ours / plain:.2f}x")


def timed(command):
    """The CPU seconds of a whole process, as a command that prints them."""
    script = (
        "import resource, subprocess, sys;"
        "subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True);"
        "r = resource.getrusage(resource.RUSAGE_CHILDREN); print(r.ru_utime + r.ru_stime)"
    )
    return ["python3", "-c", script, *map(str, command)]


def peak(command):
    """The same for its peak memory, in MiB."""
    script = (
        "import resource, subprocess, sys;"
        "subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True);"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)"
    )
    return ["python3", "-c", script, *map(str, command)]


def calls(gvlsan, folder, ruby_flags):
    library = folder / "calls.so"
    build([f"clang-{LLVM}", "-O2", "-w", "-shared", "-fPIC", *ruby_flags, HERE / "calls.c", "-o", library])
    run = [gvlsan, "run", "--"]
    for title, call in (
        ("one call of the C API with the lock", "api 50_000_000"),
        ("giving the lock up and taking it again", "release 5_000_000"),
    ):
        command = ["ruby", "--disable-gems", f"-r{library}", "-e", f"Calls.{call}"]
        compare_reported(
            title, "ns", [("plain", command, None, 1), ("gvlsan run", run + command, None, 1)], runs=5, difference=True
        )


def raw_syscalls(gvlsan, folder):
    for title, call in (("one system call through libc", "libc 2_000_000"), ("one past libc", "raw 500_000")):
        command = ["ruby", "--disable-gems", f"-r{folder / 'calls.so'}", "-e", f"Calls.{call}"]
        compare_reported(
            f"{title}, in a callback without the lock", "ns",
            [
                ("plain", command, None, 1),
                ("gvlsan run", [gvlsan, "run", "--", *command], None, 1),
                ("gvlsan run --raw-syscalls", [gvlsan, "run", "--raw-syscalls", "--", *command], None, 1),
            ],
            runs=5, difference=True,
        )


def whole_processes(gvlsan):
    run = [gvlsan, "run", "--"]
    command = ["ruby", "--disable-gems", "-e", "1"]
    compare_reported(
        "start-up and end of a process, CPU", "ms",
        [("plain", timed(command), None, 1000), ("gvlsan run", timed(run + command), None, 1000)],
        runs=11, difference=True,
    )
    command = ["ruby", "--disable-gems", HERE / "cpu.rb", "0.2"]
    compare_reported(
        "peak memory of a script", "MiB",
        [("plain", peak(command), None, 1), ("gvlsan run", peak(run + command), None, 1)], runs=3,
    )


def bench(binary_dir, ruby_flags):
    gvlsan = binary_dir + "/bin/gvlsan"
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        zlib(gvlsan, folder, ruby_flags)
        calls(gvlsan, folder, ruby_flags)
        raw_syscalls(gvlsan, folder)
        whole_processes(gvlsan)
