"""Time and peak memory of `ajan embed` from 100 to 100,000 texts, as a table and a chart.

    python memory.py --ajan .build/release/ajan --model INT8_FOLDER --data ../shared/eval/turhistquad \
        --docs docs

The texts are the queries of TurHistQuad, over and over. Each size is a process of its own.
"""

import argparse
import json
import os
import pathlib
import subprocess
import tempfile
import time

SIZES = (100, 1_000, 10_000, 100_000)
BEGIN, END = "<!-- memory: begin -->", "<!-- memory: end -->"


def run(command):
    """Seconds, and peak memory in MB, of one process."""
    start = time.perf_counter()
    process = subprocess.Popen(command)
    _, status, usage = os.wait4(process.pid, 0)
    assert status == 0, f"{command[0]} failed"
    return time.perf_counter() - start, usage.ru_maxrss / 1024


def chart(rows, file):
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams["svg.hashsalt"] = "ajan"
    import matplotlib.pyplot as plt

    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3))
    texts = [row["texts"] for row in rows]
    left.plot(texts, [row["seconds"] for row in rows], "o-", color="#c8102e")
    left.set(xscale="log", yscale="log", xlabel="texts", title="seconds")
    right.plot(texts, [row["peak_mb"] for row in rows], "o-", color="#c8102e")
    right.set(xscale="log", ylim=(0, None), xlabel="texts", title="peak memory, MB")
    figure.tight_layout()
    figure.savefig(file, metadata={"Date": None})


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("ajan", "model", "data", "docs"):
        parser.add_argument("--" + name, required=True)
    parser.add_argument("--words", type=int, help="keep only the first words of each text")
    options = parser.parse_args()
    with open(pathlib.Path(options.data) / "queries.jsonl", encoding="utf-8") as file:
        queries = [" ".join(json.loads(line)["text"].split()[:options.words]) for line in file]
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        source, target = (pathlib.Path(folder) / name for name in ("texts.txt", "out.npy"))
        for size in SIZES:
            with open(source, "w", encoding="utf-8") as file:
                for index in range(size):
                    file.write(queries[index % len(queries)] + "\n")
            command = [
                options.ajan, "embed", "--model", options.model, "--role", "query", "--format", "npy",
                "--file", str(source), "--output", str(target)]
            seconds, peak = run(command)
            rows.append({"texts": size, "seconds": round(seconds, 3), "peak_mb": round(peak, 1)})
    docs = pathlib.Path(options.docs)
    (docs / "performance").mkdir(parents=True, exist_ok=True)
    (docs / "performance/memory.json").write_text(json.dumps(rows, indent=1) + "\n")
    chart(rows, docs / "performance/memory.svg")
    lines = ["![seconds and peak memory](performance/memory.svg)", ""]
    lines += ["| texts | seconds | texts/s | peak memory, MB |", "|---|---|---|---|"]
    lines += [
        f"| {row['texts']:,} | {row['seconds']:.2f} | {row['texts'] / row['seconds']:,.0f} "
        f"| {row['peak_mb']:.0f} |" for row in rows]
    page = docs / "PERFORMANCE.md"
    text = page.read_text(encoding="utf-8")
    before, after = text.split(BEGIN)[0], text.split(END)[1]
    page.write_text(before + BEGIN + "\n" + "\n".join(lines) + "\n" + END + after, encoding="utf-8")


if __name__ == "__main__":
    main()
