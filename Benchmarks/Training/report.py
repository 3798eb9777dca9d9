"""Writes the training section of docs/PERFORMANCE.md and its chart from lines that run.sh,
cache_speed.py and corpus_cost.py printed.

    python report.py docs/performance/training.jsonl --docs docs

Runs of the same engine, threads and dropout are put together: the median, with the spread in brackets.
"""

import argparse
import json
import pathlib
import statistics

BEGIN, END = "<!-- training: begin -->", "<!-- training: end -->"


def speeds(lines):
    """{(engine, dropout, threads): lines}; the dropout of sentence-transformers is the model's."""
    groups = {}
    for line in lines:
        if "engine" in line:
            engine = f"{line['engine']}, {line.get('precision', 'f32')}"
            key = (engine, line.get("dropout", 0.1), line["threads"])
            groups.setdefault(key, []).append(line)
    return groups


def cell(lines, field):
    values = [line[field] for line in lines if field in line]
    if not values:
        return ""
    middle = statistics.median(values)
    text = f"{middle:,.0f}" if middle >= 100 else f"{middle:.2f}"
    spread = f" ({min(values):,.0f} to {max(values):,.0f})" if len(values) > 1 and middle >= 100 else ""
    return text + spread


def table(groups):
    rows = ["| engine | dropout | threads | real tokens/s | padding | peak memory, MB | share of peak |",
            "|---|---|---|---|---|---|---|"]
    for (engine, dropout, threads), lines in sorted(
            groups.items(), key=lambda item: (-item[0][2], -item[0][1], item[0][0])):
        share = cell(lines, "share_of_peak")
        padding = f"{lines[0]['padding']:.0%}" if "padding" in lines[0] else "none"
        rows.append(
            f"| {engine} | {dropout:g} | {threads} | {cell(lines, 'tokens_per_second')} | {padding} | "
            f"{cell(lines, 'peak_memory_mb')} | {share} |")
    return rows


def caching(lines):
    rows = ["", "| caching a teacher | threads | texts/s |", "|---|---|---|"]
    engines = dict.fromkeys(line["cache"] for line in lines if "cache" in line)
    for engine in engines:
        own = [line for line in lines if line.get("cache") == engine]
        rows.append(f"| {engine} | {own[0]['threads']} | {cell(own, 'texts_per_second')} |")
    return rows if engines else []


def chart(lines, groups, file):
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams["svg.hashsalt"] = "ajan"
    import matplotlib.pyplot as plt

    figure, (left, right) = plt.subplots(1, 2, figsize=(11, 3.8))
    for engine, dropout in dict.fromkeys((key[0], key[1]) for key in groups):
        points = sorted((key[2], statistics.median(l["tokens_per_second"] for l in own))
                        for key, own in groups.items() if key[:2] == (engine, dropout))
        if len(points) > 1:
            left.plot(*zip(*points), marker="o", label=f"{engine}, dropout {dropout:g}")
    left.set(title="training", xlabel="threads", ylabel="real tokens per second", xticks=[1, 2])
    left.set_ylim(0)
    costs = [line for line in lines if "cost" in line]
    sizes = [line["texts"] for line in costs]
    right.plot(sizes, [line["cache_seconds"] for line in costs], marker="o", label="cache (int8)")
    right.plot(sizes, [line["train_seconds"] for line in costs], marker="o", label="one epoch")
    right.set(title="cost of a distillation", xlabel="texts", ylabel="seconds")
    for axis in (left, right):
        axis.legend(fontsize=7)
        axis.spines[["top", "right"]].set_visible(False)
    figure.tight_layout()
    figure.savefig(file, metadata={"Date": None})


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("lines")
    parser.add_argument("--docs", required=True)
    options = parser.parse_args()
    lines = [json.loads(line) for line in open(options.lines, encoding="utf-8")]
    groups, docs = speeds(lines), pathlib.Path(options.docs)
    chart(lines, groups, docs / "performance/training.svg")
    page = docs / "PERFORMANCE.md"
    text = page.read_text(encoding="utf-8")
    head, rest = text.split(BEGIN)
    tail = rest.split(END)[1]
    section = ["", *table(groups), *caching(lines), "",
               "![tokens per second by threads, seconds by texts](performance/training.svg)", ""]
    page.write_text(head + BEGIN + "\n".join(section) + END + tail, encoding="utf-8")


main()
