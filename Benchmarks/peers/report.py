"""Turns the JSON of compare.py into the tables and the chart of docs/PERFORMANCE.md.

    python report.py queries-1.json passages-1.json queries-2.json passages-2.json --docs docs [--name peers]

Replaces what stands between the marker lines of that name in PERFORMANCE.md, writes docs/performance/NAME.json
and docs/performance/NAME.svg.
"""

import argparse
import json
import pathlib
import statistics


def median(values):
    return statistics.median(values)


def is_f32(name):
    return name.endswith(" f32")


def ratio_line(results, own, wanted, faster_is):
    """Median and spread, over rounds, of ajan to the best peer of the same round."""
    key = "tokens_per_second" if faster_is == "more" else "latency_ms"
    best = max if faster_is == "more" else min
    peers = [name for name in results if not name.startswith("ajan") and wanted(name)]
    rounds = range(len(results[own][key]))
    ratios = [results[own][key][i] / best(results[name][key][i] for name in peers) for i in rounds]
    champion = best(peers, key=lambda name: median(results[name][key]))
    return f"{median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f}; {champion})"


def by_threads(files):
    """{threads: {workload: run}}, in order."""
    runs = {}
    for run in files:
        runs.setdefault(run["threads"], {})[run["workload"]] = run
    return dict(sorted(runs.items()))


def rate(run, name):
    """Median tokens per second, if the workload was measured."""
    return f"{median(run['results'][name]['tokens_per_second']):,.0f}" if run else "not measured"


def table(runs):
    lines = ["| | threads | queries tokens/s | passages tokens/s | one query, ms | cosine to f32 (mean, least) |",
             "|---|---|---|---|---|---|"]
    for threads, workloads in runs.items():
        queries = workloads["queries"]
        names = sorted(
            queries["results"], key=lambda n: -median(queries["results"][n]["tokens_per_second"]))
        for name in names:
            latency = median(queries["results"][name]["latency_ms"])
            cosine = queries["agreement"][name]
            label = f"**{name}**" if name.startswith("ajan") else name
            lines.append(
                f"| {label} | {threads} | {rate(queries, name)} | {rate(workloads.get('passages'), name)} "
                f"| {latency:.2f} | {cosine['mean']:.5f}, {cosine['min']:.5f} |")
    return lines


def ratios(runs):
    lines = ["| ajan against the best peer of the same round | threads | queries | passages | one query, time |",
             "|---|---|---|---|---|"]
    kinds = (("ajan int8", "any precision", lambda name: True), ("ajan f32", "f32", is_f32))
    for threads, workloads in runs.items():
        for own, against, wanted in kinds:
            cells = [
                ratio_line(workloads[kind]["results"], own, wanted, "more")
                if kind in workloads else "not measured" for kind in ("queries", "passages")]
            cells.append(ratio_line(workloads["queries"]["results"], own, wanted, "less"))
            lines.append(f"| {own}, peers of {against} | {threads} | {' | '.join(cells)} |")
    return lines


def chart(runs, file):
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams["svg.hashsalt"] = "ajan"
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(len(runs), 2, figsize=(11, 3.4 * len(runs)), squeeze=False)
    for row, (threads, workloads) in enumerate(runs.items()):
        for column, kind in enumerate(("queries", "passages")):
            if kind not in workloads:
                axes[row][column].set_axis_off()
                continue
            results = workloads[kind]["results"]
            names = sorted(results, key=lambda n: median(results[n]["tokens_per_second"]))
            values = [median(results[name]["tokens_per_second"]) for name in names]
            axis = axes[row][column]
            colours = ["#c8102e" if name.startswith("ajan") else "#8a8f98" for name in names]
            axis.barh(names, values, color=colours)
            axis.set_title(f"{kind}, threads: {threads}", fontsize=10)
            axis.set_xlabel("tokens per second", fontsize=9)
            axis.tick_params(labelsize=8)
            axis.spines[["top", "right"]].set_visible(False)
    figure.tight_layout()
    figure.savefig(file, metadata={"Date": None})


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("runs", nargs="+")
    parser.add_argument("--docs", required=True)
    parser.add_argument("--name", default="peers", help="of the markers and of the files")
    options = parser.parse_args()
    files = [json.loads(pathlib.Path(name).read_text(encoding="utf-8")) for name in options.runs]
    runs = by_threads(files)
    docs = pathlib.Path(options.docs)
    (docs / "performance").mkdir(parents=True, exist_ok=True)
    (docs / f"performance/{options.name}.json").write_text(
        json.dumps(files, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    chart(runs, docs / f"performance/{options.name}.svg")
    text = (docs / "PERFORMANCE.md").read_text(encoding="utf-8")
    begin, end = f"<!-- {options.name}: begin -->", f"<!-- {options.name}: end -->"
    assert begin in text and end in text, "PERFORMANCE.md lacks its markers"
    rounds = min(len(f["results"]["ajan int8"]["latency_ms"]) for f in files)
    body = [f"Processor: {files[0]['processor']}; {rounds} rounds or more.", ""]
    body += ratios(runs) + [""] + table(runs)
    before, after = text.split(begin)[0], text.split(end)[1]
    (docs / "PERFORMANCE.md").write_text(
        before + begin + "\n" + "\n".join(body) + "\n" + end + after, encoding="utf-8")


if __name__ == "__main__":
    main()
