#!/usr/bin/env python3
"""Measures `ajan index` and `ajan search` on a large index of real Turkish sentences.

    python3 Benchmarks/search_100k.py prepare --data ../shared/corpus/text --count 100000 --into /tmp/b
    time ajan index /tmp/b/passages.jsonl --out /tmp/b/my.index --graph-from 100000
    python3 Benchmarks/search_100k.py measure --ajan .build/release/ajan --into /tmp/b

`prepare` takes sentences evenly from every file of the folder (seeded) and makes the questions from
other texts of the same files. `measure` asks the questions in every way, reads the times that the
program itself reports beside the time that reading the vectors takes, and compares rankings: graph
against exact scan, and the int8 scan against f32 vectors of the first 50 passages of each of 40
questions. Needs numpy.
"""
import argparse
import gzip
import json
import random
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

QUESTIONS = 400
PER_FILE = 200
RERANKED = 40
DEPTH = 50


def texts(folder, low, high):
    """The texts of each file whose length in characters lies between `low` and `high`."""
    for path in sorted(Path(folder).glob("*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            yield [t for t in (json.loads(line)["text"] for line in lines) if low <= len(t) <= high]


def prepare(args):
    chosen, questions, seen = [], [], set()
    rng = random.Random(20261125)
    files = list(texts(args.data, args.low, args.high))
    files.sort(key=len)
    for place, file in enumerate(files):
        share = (args.count - len(chosen)) // (len(files) - place)
        rng.shuffle(file)
        new = [t for t in dict.fromkeys(file) if t not in seen]
        seen.update(new)
        chosen += new[:share]
        rest = new[share:] or new[:5]
        questions += [" ".join(t.split()[:8]) for t in rest[:PER_FILE]]
    into = Path(args.into)
    into.mkdir(parents=True, exist_ok=True)
    rng.shuffle(chosen)
    with open(into / "passages.jsonl", "w", encoding="utf-8") as out:
        for number, text in enumerate(chosen):
            out.write(json.dumps({"id": f"p{number}", "text": text}, ensure_ascii=False) + "\n")
    rng.shuffle(questions)
    (into / "questions.txt").write_text("\n".join(questions[:QUESTIONS]) + "\n", encoding="utf-8")
    characters = sum(map(len, chosen)) / len(chosen)
    print(f"{len(chosen)} passages of {characters:.0f} characters, {len(questions[:QUESTIONS])} questions")


def ask(args, questions, *options):
    command = [args.ajan, "search", f"{args.into}/my.index", "-", "--json", *options]
    run = subprocess.run(
        command, input="\n".join(questions), capture_output=True, text=True, check=True)
    return [json.loads(line) for line in run.stdout.splitlines()]


def percentiles(values):
    return " ".join(f"{np.percentile(values, p):8.2f}" for p in (50, 99))


def read_milliseconds(file, threads):
    """The least time in which `threads` threads read the vectors: the bound of an exact scan."""
    parts = np.array_split(np.fromfile(file, dtype=np.uint8), threads)
    with ThreadPoolExecutor(threads) as pool:
        def once():
            start = time.perf_counter()
            list(pool.map(np.max, parts))
            return (time.perf_counter() - start) * 1e3

        return min(once() for _ in range(50))


def embed(args, lines, role):
    out = f"{args.into}/vectors.npy"
    subprocess.run(
        [args.ajan, "embed", "-", "--model", args.model, "--role", role, "--format", "npy", "--output", out],
        input="\n".join(" ".join(t.split()) for t in lines), text=True, check=True)
    return np.load(out)


def measure(args):
    questions = Path(args.into, "questions.txt").read_text(encoding="utf-8").splitlines()
    print("milliseconds          total p50      p99    one stage p50      p99")
    answers = {}
    for name, (stage, *options) in {
        "BM25": ["lexical", "--mode", "lexical"],
        "dense, exact": ["dense", "--mode", "dense", "--exact"],
        "dense, graph": ["dense", "--mode", "dense"],
        "hybrid, exact": ["dense", "--mode", "hybrid", "--exact"],
        "hybrid, graph": ["dense", "--mode", "hybrid"],
    }.items():
        ask(args, questions[:20], *options)
        answers[name] = ask(args, questions, *options)
        times = [a["timings"] for a in answers[name]]
        print(f"{name:20}", percentiles([t["total"] for t in times]),
              f" {stage:8}", percentiles([t[stage] for t in times]))
    embedding = [a["timings"]["embed"] for a in answers["dense, exact"]]
    print(f"{'question to vector':49}", percentiles(embedding))
    vectors = max(Path(args.into, "my.index").glob("vectors-*.i8"), key=lambda f: f.stat().st_mtime)
    for threads in (1, 2):
        print(f"reading {vectors.stat().st_size / 1e6:.1f} MB of vectors on {threads} threads: "
              f"{read_milliseconds(vectors, threads):.2f} ms at best")
    print(f"recall@10 of the graph against the exact scan: "
          f"{recall(answers['dense, graph'], answers['dense, exact']):.4f}")
    against_f32(args, questions[:RERANKED])


def recall(found, wanted):
    shares = []
    for a, b in zip(found, wanted):
        ids = {hit["passage"] for hit in a["hits"][:10]}
        shares.append(np.mean([hit["passage"] in ids for hit in b["hits"][:10]]))
    return np.mean(shares)


def against_f32(args, questions):
    """int8 against f32 on the passages that int8 puts first. That none of the others belongs to the
    first ten is shown by the largest error of 8 bits: it is smaller than the way there."""
    answers = ask(args, questions, "--mode", "dense", "--exact", "--limit", str(DEPTH))
    passages = list(dict.fromkeys(hit["text"] for a in answers for hit in a["hits"]))
    vectors = dict(zip(passages, embed(args, passages, "passage")))
    shares, errors, gaps = [], [], []
    for query, answer in zip(embed(args, questions, "query"), answers):
        scores = np.array([query @ vectors[hit["text"]] for hit in answer["hits"]])
        int8 = np.array([hit["score"] for hit in answer["hits"]])
        shares.append(np.mean(np.argsort(-scores, kind="stable")[:10] < 10))
        errors.append(np.abs(scores - int8).max())
        gaps.append(np.sort(scores)[-10] - int8[-1])
    print(f"recall@10 of int8 against f32: {np.mean(shares):.4f}; largest error of a cosine "
          f"{max(errors):.4f}, places 10 to {DEPTH} at least {min(gaps):.4f} apart")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("step", choices=["prepare", "measure"])
    parser.add_argument("--into", required=True)
    parser.add_argument("--data")
    parser.add_argument("--ajan", default=".build/release/ajan")
    parser.add_argument("--model", default="multilingual-e5-small", help="the one of the index")
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--low", type=int, default=40)
    parser.add_argument("--high", type=int, default=160)
    args = parser.parse_args()
    prepare(args) if args.step == "prepare" else measure(args)


if __name__ == "__main__":
    main()
