"""Runs ajan and its peers in turns on the same texts and writes what came out as JSON.

    python compare.py tune    --threads 1 --settings settings-1.json  ...
    python compare.py measure --threads 1 --settings settings-1.json --workload queries --output q1.json ...

Tuning finds the batch size that each peer is fastest with, and checks that all of them compute the same
thing. The numbers that count are ratios inside one round: ajan and every peer work within a few seconds of
each other, and the spread over rounds says how far a ratio can be trusted.
"""

import argparse
import json
import os
import pathlib
import platform
import subprocess
import tempfile
import time

import numpy as np

import peers as peer_module
from process import PeerProcess


def texts_of(data, model_folder):
    """192 queries, and the first 48 passages of 150 to 240 tokens, with their prompts."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(pathlib.Path(model_folder) / "tokenizer.json"))

    def lines(name):
        with open(data / name, encoding="utf-8") as file:
            return [json.loads(line)["text"].replace("\n", " ") for line in file]

    def count(text):
        return len(tokenizer.encode(text).ids)

    queries = ["query: " + text for text in lines("queries.jsonl")[:192]]
    passages = ["passage: " + text for text in lines("corpus.jsonl")]
    passages = [text for text in passages if 150 <= count(text) <= 240][:48]
    assert len(queries) == 192 and len(passages) == 48, "the texts are not what they should be"
    return {
        kind: {"texts": texts, "tokens": sum(map(count, texts))}
        for kind, texts in (("queries", queries), ("passages", passages))
    }


class Ajan:
    """`ajan bench` as a process of its own; it times itself, so opening the model does not count."""

    name = "ajan"

    def __init__(self, program, folder, precision, threads):
        self.precision = precision
        self.command = [
            program, "bench", "--model", str(folder), "--precision", precision, "--threads",
            str(threads), "--role", "none", "--latency-texts", "20", "--json"]
        self.embed = [
            program, "embed", "--model", str(folder), "--precision", precision, "--role", "none",
            "--format", "npy"]

    def run(self, texts, rounds):
        """What `ajan bench` says after one warm-up."""
        with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as file:
            file.write("\n".join(texts) + "\n")
            file.flush()
            command = self.command + ["--file", file.name, "--rounds", str(rounds)]
            return json.loads(subprocess.run(command, capture_output=True, check=True).stdout)

    def encode(self, texts, batch):
        with tempfile.TemporaryDirectory() as folder:
            source, target = (pathlib.Path(folder) / name for name in ("texts.txt", "out.npy"))
            source.write_text("\n".join(texts) + "\n", encoding="utf-8")
            subprocess.run(
                self.embed + ["--file", str(source), "--output", str(target)], check=True)
            return np.load(target)


def best_batch(peer, texts):
    """The batch size that a peer is fastest with; every size is warmed up first."""
    times = {}
    for batch in (8, 16, 32, 64):
        peer.encode(texts[:batch], batch)
        times[batch] = peer.seconds(texts, batch)
    return min(times, key=times.get)


def agreement(runners, reference, texts):
    """Mean and least cosine of every runner to the f32 reference."""
    expected = reference.encode(texts, 16)
    out = {}
    for key, runner in runners.items():
        vectors = runner.encode(texts, 16)
        cosines = (vectors * expected).sum(1) / np.linalg.norm(vectors, axis=1)
        out[key] = {"mean": float(cosines.mean()), "min": float(cosines.min())}
    return out


def tune(runners, workloads, fixed):
    """Batch sizes: those of `fixed`, by workload, or the fastest ones."""
    reference = runners["sentence-transformers f32"]
    return {
        kind: {
            "agreement": agreement(runners, reference, workload["texts"]),
            "batches": {
                key: fixed[kind] if fixed else best_batch(runner, workload["texts"])
                for key, runner in runners.items()
                if not isinstance(runner, Ajan)}}
        for kind, workload in workloads.items()}


def measure(runners, workload, batches, rounds, seconds_max):
    """Rates and latencies of every runner, in turns; fewer rounds when the time is up."""
    texts, tokens = workload["texts"], workload["tokens"]
    rates = {key: [] for key in runners}
    latencies = {key: [] for key in runners}
    start = time.perf_counter()
    for done in range(rounds):
        if done and (time.perf_counter() - start) * (done + 1) / done > seconds_max:
            break
        for key, runner in runners.items():
            if isinstance(runner, Ajan):
                result = runner.run(texts, 1)
                rates[key].append(tokens / result["encoding"]["seconds"][0])
                latencies[key].append(result["latencyMilliseconds"]["median"])
            else:
                runner.encode(texts[:4], 4)
                rates[key].append(tokens / runner.seconds(texts, batches[key]))
                latencies[key].append(runner.latency(texts[:20]) * 1000)
    return {
        key: {
            "tokens_per_second": rates[key], "latency_ms": latencies[key],
            "batch": batches.get(key)}
        for key in runners}


def processor():
    for line in open("/proc/cpuinfo", encoding="utf-8"):
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.processor()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("phase", choices=["tune", "measure"])
    for name in ("ajan", "model", "int8", "exports", "data", "settings"):
        parser.add_argument("--" + name, required=True)
    parser.add_argument("--output")
    parser.add_argument("--workload", choices=["queries", "passages"])
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds-max", type=float, default=600)
    parser.add_argument(
        "--batches", type=int, nargs=2, metavar=("QUERIES", "PASSAGES"),
        help="take these batch sizes for every peer instead of looking for the fastest")
    parser.add_argument("--without", default=[], nargs="*", help="runners to leave out, by name")
    options = parser.parse_args()
    os.environ["TOKENIZERS_PARALLELISM"] = "true" if options.threads > 1 else "false"
    os.environ["RAYON_NUM_THREADS"] = str(options.threads)
    workloads = texts_of(pathlib.Path(options.data), options.model)
    runners = {
        "ajan int8": Ajan(options.ajan, options.int8, "int8", options.threads),
        "ajan f32": Ajan(options.ajan, options.model, "f32", options.threads),
    }
    for key, maker in peer_module.peer_makers(
            options.exports, options.model, options.threads).items():
        if key not in options.without:
            runners[key] = PeerProcess(maker)
    try:
        run(options, runners, workloads)
    finally:
        for runner in runners.values():
            if isinstance(runner, PeerProcess):
                runner.end()


def run(options, runners, workloads):
    settings_file = pathlib.Path(options.settings)
    if options.phase == "tune":
        fixed = options.batches and dict(zip(("queries", "passages"), options.batches))
        found = tune(runners, workloads, fixed)
        settings_file.write_text(json.dumps(found, indent=1), encoding="utf-8")
        return
    settings = json.loads(settings_file.read_text(encoding="utf-8"))[options.workload]
    workload = workloads[options.workload]
    result = {
        "threads": options.threads, "processor": processor(), "workload": options.workload,
        "texts": len(workload["texts"]), "tokens": workload["tokens"],
        "agreement": settings["agreement"],
        "results": measure(
            runners, workload, settings["batches"], options.rounds, options.seconds_max),
    }
    with open(options.output, "w", encoding="utf-8") as file:
        json.dump(result, file, indent=1, ensure_ascii=False)


if __name__ == "__main__":
    main()
