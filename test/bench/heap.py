"""The runtime heap beside the stock Ruby, and its barrier designs beside each other: see bench."""
import json
import os
import pathlib
import statistics
import subprocess
import sys

ROUNDS = 5
NAMES = {
    "strings/10": "make a string of 10 bytes",
    "strings/200": "make a string of 200 bytes",
    "arrays": "make an array of 3",
    "pushes": "make an array, push 20",
    "trees": "make binary trees of arrays beside a large one",
    "collection/100000": "collect, 1e5 live",
    "collection/1000000": "collect, 1e6 live",
    "compaction/100000": "GC.compact, 1e5 live",
    "compaction/1000000": "GC.compact, 1e6 live",
}
DESIGNS = ("none", "mprotect", "uffd", "wrap", "explicit", "sweepfirst", "pinpages")


def run(command, filter_, env, seconds):
    """CPU nanoseconds and counters of each benchmark, by name."""
    out = pathlib.Path(env["HEAPBENCH_OUT"])
    options = f"--benchmark_filter={filter_} --benchmark_min_time={seconds} --benchmark_out={out} --benchmark_out_format=json"
    done = subprocess.run(command, env=env | {"HEAPBENCH": options}, capture_output=True, text=True, timeout=500)
    if done.returncode:
        sys.exit(f"bench: error: {' '.join(map(str, command))} exited with {done.returncode}\n{done.stderr}")
    result = {}
    for row in json.loads(out.read_text())["benchmarks"]:
        parts = row["name"].split("/")
        name = "/".join(p for p in parts if ":" not in p and p != "manual_time")
        # What is timed by hand is processor time already.
        time = row["real_time"] if "manual_time" in parts else row["cpu_time"]
        row["nanoseconds"] = time
        result[name] = row
    return result


def median(rows, name, key="nanoseconds"):
    return statistics.median(r[name][key] for r in rows)


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "| --- |" + " ---: |" * (len(head) - 1)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


def human(nanoseconds):
    for unit, size in (("s", 1e9), ("ms", 1e6), ("us", 1e3)):
        if nanoseconds >= size:
            return f"{nanoseconds / size:.3g} {unit}"
    return f"{nanoseconds:.3g} ns"


def svg(title, rows, unit):
    """Horizontal bars; rows are (label, number, text)."""
    largest = max(number for _, number, _ in rows) or 1
    height = 34 + 22 * len(rows)
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="760" height="{height}" font-family="sans-serif" font-size="13">',
        f'<text x="8" y="20" font-weight="bold">{title} ({unit})</text>',
    ]
    for i, (label, number, text) in enumerate(rows):
        y = 34 + 22 * i
        width = 320 * number / largest
        out.append(f'<text x="310" y="{y + 13}" text-anchor="end">{label}</text>')
        out.append(f'<rect x="318" y="{y + 2}" width="{width:.1f}" height="15" fill="#4a7"/>')
        out.append(f'<text x="{324 + width:.1f}" y="{y + 14}">{text}</text>')
    return "\n".join(out + ["</svg>"]) + "\n"


def compare_with_ruby(heap, ruby, env):
    mine, theirs = [], []
    for _ in range(ROUNDS):
        mine.append(run(heap, "strings|arrays|pushes|trees|collection|compaction|pauses", env, 0.2))
        theirs.append(run(ruby, "strings|arrays|pushes|trees|collection|compaction|pauses", env, 0.2))
    rows, bars = [], []
    for name, text in NAMES.items():
        a, b = median(mine, name), median(theirs, name)
        ratio = statistics.median(x[name]["nanoseconds"] / y[name]["nanoseconds"] for x, y in zip(mine, theirs))
        per = float(mine[0][name].get("items_per_second", 0)) and a * mine[0][name]["items_per_second"] / 1e9 or 1
        rows.append([text, human(a / per), human(b / per), f"{ratio:.2f}"])
        bars.append((text, ratio, f"{ratio:.2f}"))
    pauses = [
        [f"pause of 10 allocations, 1e6 live: {label}"]
        + [human(median(side, "pauses/1000000", key) * 1e3) for side in (mine, theirs)]
        + [f"{median(mine, 'pauses/1000000', key) / median(theirs, 'pauses/1000000', key):.2f}"]
        for label, key in (("99 of 100 are below", "p99_us"), ("the longest", "max_us"))
    ]
    memory = []
    for live in ("100000", "1000000"):
        name = f"compaction/{live}"
        cells = [
            f"{median(side, name, key):.1f} MB" for side in (mine, theirs) for key in ("before_mb", "after_mb")
        ]
        memory.append([f"{float(live):.0e} live".replace("e+0", "e")] + cells)
    return rows, bars, pauses, memory, {"runtime_heap": mine, "ruby": theirs}


def compare_designs(heap, env):
    found = {design: [] for design in DESIGNS}
    for _ in range(ROUNDS):
        for design in DESIGNS:
            found[design].append(
                run(heap, "reading|trapped|compaction/100000", env | {"RHEAP_BARRIER": design}, 0.2)
            )
    rows = []
    for design in DESIGNS:
        runs = found[design]
        cells = [f"B.{design}" if design != "none" else design]
        for name in ("reading", "compaction/100000"):
            ratio = statistics.median(
                r[name]["nanoseconds"] / n[name]["nanoseconds"] for r, n in zip(runs, found["none"])
            )
            cells.append(f"{ratio:.2f}")
        for name in ("trapped_load", "trapped_write"):
            failed = median(runs, name, "failed")
            cells.append("EFAULT" if failed else human(median(runs, name)))
        rows.append(cells)
    return rows, found


def incremental(heap, env):
    """Rows of pauses, and for each design the histogram of the middle budget."""
    rows, histograms, raw = [], {}, {}
    for design in ("explicit", "uffd"):
        try:
            found = raw[design] = run(heap, "steps", env | {"RHEAP_BARRIER": design}, 0.2)
        except SystemExit as unavailable:
            print(f"B.{design}: not measured: {unavailable}", file=sys.stderr)
            continue
        for name, row in found.items():
            figures = [human(row[key] * 1e3) for key in ("begin_us", "p50_us", "p99_us", "max_us")]
            rows.append([f"B.{design}, {name.split('/')[2]} slots a step", f"{row['steps']:.0f}", *figures])
            if name.endswith("/5000"):
                bins = sorted((int(k.split("_")[-1]), v) for k, v in row.items() if k.startswith("below_us_"))
                histograms[design] = [(f"below {human(limit * 1e3)}", number, f"{number:.0f}") for limit, number in bins]
    return rows, histograms, raw


def bench_heap(binary_dir, docs=None):
    subprocess.run(["ninja", "-C", binary_dir, "heapbench"], check=True, stdout=subprocess.DEVNULL)
    build = pathlib.Path(binary_dir)
    out = build / "bench" / "heap.json"
    env = os.environ | {"HEAPBENCH_OUT": str(build / "bench" / "last.json")}
    env.pop("RHEAP_BARRIER", None)
    heap = [build / "bin" / "rheap", "run", build / "bench" / "heapbench-runtime" / "heapbench.so"]
    ruby = ["ruby", "--disable-gems", "-I", build / "bench" / "heapbench-ruby", "-rheapbench", "-e", "run"]
    version = subprocess.check_output(["ruby", "-e", "print RUBY_VERSION"], text=True)
    rows, bars, pauses, memory, raw = compare_with_ruby(heap, ruby, env)
    designs, raw["designs"] = compare_designs(heap, env)
    steps, histograms, raw["steps"] = incremental(heap, env)
    out.write_text(json.dumps(raw))
    head = ["", "runtime heap", f"Ruby {version}", "ratio"]
    text = [
        "<!-- Generated by ./dev bench heap --docs. -->\n\n# The runtime heap, measured\n",
        f"Processor time, medians of {ROUNDS} rounds in which the two heaps take turns; one program, compiled for both. Below 1",
        "the runtime heap is faster.\n",
        table(head, rows),
        "\n![ratios](heap-ratios.svg)\n",
        table(head, pauses),
        "\nMemory before and after `GC.compact`, every second slot of the heap being free:\n",
        table(["", "before", "after", f"Ruby {version}: before", "after"], memory),
        "\n## The designs\n",
        "A program that reads references all the time while nothing is compacted, and `GC.compact` with 1e5 objects live, beside",
        "the same without a barrier; and one access to a page that objects have left, by the program and by the kernel.\n",
        table(["", "reading", "compaction", "one load", "one write(2)"], designs),
        "\n## A compaction in steps\n",
        "With 1e6 objects live: the pause in which everything is marked and swept, and those of the steps. B.explicit updates",
        "references in steps too; B.uffd updates all in one, which is its longest pause.\n",
        table(["", "pauses", "the first", "half are below", "99 of 100", "the longest"], steps),
        "\n![pauses](heap-pauses.svg)\n" + "".join(f"![pauses](heap-pauses-{d}.svg)\n" for d in histograms if d != "explicit"),
        "",
    ]
    page = "\n".join(text)
    print(page)
    print(f"raw: {out}")
    if docs:
        folder = pathlib.Path(docs)
        (folder / "heap-benchmarks.md").write_text(page)
        for design, bars_of in histograms.items():
            name = "heap-pauses.svg" if design == "explicit" else f"heap-pauses-{design}.svg"
            (folder / name).write_text(svg(f"B.{design}: pauses of 5000 slots a step", bars_of, "how many"))
        (folder / "heap-ratios.svg").write_text(svg("time of the runtime heap", bars, f"1 is Ruby {version}"))
