#!/usr/bin/env python3
"""Throughput and memory of a whole build, from 10 MB of input to 2 GB, with a chart.

    python3 Tools/corpus/measure_throughput.py --work /tmp/throughput --sizes 10 100 500 2000

Inputs stay in the work folder for the next run. They are made of the texts of the shared corpus; every
copy after the first has a tenth of its words replaced by words of other texts, so neither the filters nor
deduplication get it for nothing. The recipe has every stage on. Memory is the peak resident set of the process (VmHWM), polled. MB/s are of
the clock; MB per CPU second (user and system, all threads) hold on a machine that others use as well.
"""
import argparse
import glob
import gzip
import json
import os
import random
import subprocess
import time

RECIPE = """version: 1
name: throughput
inputs:
  - {{name: text, files: {file}, format: jsonl, licence: none}}
unit: passage
passages: {{sentences_min: 1, sentences_max: 8, characters_max: 900}}
deduplicate:
  documents: {{exact: true}}
  texts: {{exact: true, near: {{threshold: 0.8, shingles: words, size: 3}}}}
decontaminate: [{data}/eval]
"""


def write_input(path, data, megabytes):
    if os.path.exists(path):
        return
    rng = random.Random(20261125)
    texts = []
    for name in sorted(glob.glob(f"{data}/corpus/text/*.jsonl.gz")):
        with gzip.open(name, "rt") as lines:
            texts += [json.loads(line)["text"] for line in lines]
    rng.shuffle(texts)
    words = [w for t in texts[:5000] for w in t.split()]
    written, turn = 0, 0
    with open(path + ".partial", "wb") as out:
        while written < megabytes * 1_000_000:
            for text in texts:
                if turn > 0:
                    own = text.split()
                    for _ in range(max(1, len(own) // 10)):
                        own[rng.randrange(len(own))] = words[rng.randrange(len(words))]
                    text = " ".join(own)
                line = json.dumps({"text": text}, ensure_ascii=False).encode() + b"\n"
                out.write(line)
                written += len(line)
                if written >= megabytes * 1_000_000:
                    break
            turn += 1
    os.rename(path + ".partial", path)


def run(command):
    start, before = time.perf_counter(), os.times()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    peak = 0
    while process.poll() is None:
        try:
            for line in open(f"/proc/{process.pid}/status"):
                if line.startswith("VmHWM"):
                    peak = max(peak, int(line.split()[1]))
        except OSError:
            pass
        time.sleep(0.05)
    assert process.returncode == 0, command
    after = os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return time.perf_counter() - start, cpu, peak / 1024


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", default=os.environ.get("AJAN_DATA", "../shared"))
    parser.add_argument("--ajan", default=".build/release/ajan")
    parser.add_argument("--work", required=True)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10, 100, 500, 2000])
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--chart", help="write an SVG chart here")
    parser.add_argument("--only-inputs", action="store_true", help="write the inputs and end")
    options = parser.parse_args()
    if options.chart:
        import matplotlib  # noqa: F401  Fails before minutes of work, not after.
    os.makedirs(options.work, exist_ok=True)
    data = os.path.abspath(options.data)
    rows = []
    for size in options.sizes:
        file, recipe = f"{options.work}/input-{size}.jsonl", f"{options.work}/recipe.yaml"
        write_input(file, data, size)
        if options.only_inputs:
            continue
        open(recipe, "w").write(RECIPE.format(file=file, data=data))
        subprocess.run(["rm", "-rf", f"{options.work}/out", f"{options.work}/out.work"])
        seconds, cpu, peak = run([options.ajan, "corpus", "build", recipe, "--out",
                                  f"{options.work}/out", "--threads", str(options.threads)])
        rows.append({"megabytes": size, "seconds": round(seconds, 2), "threads": options.threads,
                     "megabytes_per_second": round(size / seconds, 3),
                     "megabytes_per_cpu_second": round(size / cpu, 3), "peak_megabytes": round(peak)})
        print(json.dumps(rows[-1]), flush=True)
    if options.chart:
        draw(rows, options.chart)


def draw(rows, path):
    import matplotlib
    matplotlib.use("svg")
    import matplotlib.pyplot as plt
    matplotlib.rcParams["svg.hashsalt"] = "throughput"
    sizes = [row["megabytes"] for row in rows]
    figure, left = plt.subplots(figsize=(7, 3.6), layout="constrained")
    memory = left.semilogx(sizes, [row["peak_megabytes"] for row in rows], "o-", color="#3b6ea5",
                           label="peak memory, MB")
    left.set(xlabel="input, MB", ylabel="peak memory, MB")
    right = left.twinx()
    speed = right.semilogx(sizes, [row["megabytes_per_cpu_second"] for row in rows], "s--",
                           color="#b5651d", label="MB per CPU second")
    right.set(ylabel="MB per CPU second")
    for axis in (left, right):
        axis.set_ylim(0, 1.15 * axis.get_ylim()[1])
        axis.set_xticks(sizes, [str(size) for size in sizes])
        axis.minorticks_off()
    left.legend(handles=memory + speed, loc="lower right")
    figure.savefig(path, metadata={"Date": None})


if __name__ == "__main__":
    main()
