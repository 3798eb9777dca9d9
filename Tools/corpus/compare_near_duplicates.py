#!/usr/bin/env python3
"""Near-duplicates of 20,000 real texts: `ajan corpus duplicates` against every pair and datasketch.

    python3 Tools/corpus/compare_near_duplicates.py [--count 20000] [--data $AJAN_DATA]

A fifth of the texts are copies of others with up to 15% of their words changed. The truth is the
exhaustive comparison (checked here against an independent one in Python on a part). datasketch gets the
same folded words, the same 3-word shingles, 120 permutations in 20 bands of 6; its candidates are
checked exactly, as ours are, so both should list the same pairs.
"""
import argparse
import glob
import gzip
import json
import os
import random
import subprocess
import time
import unicodedata

from datasketch import MinHash, MinHashLSH

THRESHOLD = 0.8


def texts(data, count):
    rng = random.Random(20261125)
    pool = []
    for path in sorted(glob.glob(f"{data}/corpus/text/*.jsonl.gz")):
        with gzip.open(path, "rt") as lines:
            pool += [" ".join(json.loads(line)["text"].split()) for line in lines]
    pool = [t for t in pool if 12 <= len(t.split()) <= 120]
    rng.shuffle(pool)
    vocabulary = [w for t in pool[:2000] for w in t.split()]
    kept = pool[:count * 4 // 5]
    while len(kept) < count:
        words = rng.choice(kept).split()
        for _ in range(rng.randint(0, max(1, len(words) * 15 // 100))):
            words[rng.randrange(len(words))] = rng.choice(vocabulary)
        kept.append(" ".join(words))
    rng.shuffle(kept)
    return kept


def folded(text):
    text = text.replace("ı", "i").replace("I", "i").replace("İ", "i").lower()
    text = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    return "".join(c if c.isalnum() else " " for c in text).split()


def shingles(text, size=3):
    words = folded(text)
    if len(words) <= size:
        return {" ".join(words)} if words else set()
    return {" ".join(words[i:i + size]) for i in range(len(words) - size + 1)}


def jaccard(a, b):
    return len(a & b) / len(a | b)


def ours(ajan, lines, *flags):
    start = time.perf_counter()
    run = subprocess.run([ajan, "corpus", "duplicates", "--threshold", str(THRESHOLD), *flags],
                         input="\n".join(lines) + "\n", capture_output=True, text=True, check=True)
    seconds = time.perf_counter() - start
    return {(p["first"], p["second"]) for p in map(json.loads, run.stdout.splitlines())}, seconds


def theirs(lines):
    sets = [shingles(line) for line in lines]
    start = time.perf_counter()
    hashes = MinHash.generator([[s.encode() for s in own] for own in sets], num_perm=120, seed=1)
    lsh = MinHashLSH(params=(20, 6), num_perm=120)
    pairs = set()
    for number, own in enumerate(hashes):
        if sets[number]:
            for other in lsh.query(own):
                if jaccard(sets[number], sets[other]) >= THRESHOLD:
                    pairs.add((other, number))
            lsh.insert(number, own)
    return pairs, time.perf_counter() - start


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--data", default=os.environ.get("AJAN_DATA", "../shared"))
    parser.add_argument("--ajan", default=".build/release/ajan")
    options = parser.parse_args()
    lines = texts(options.data, options.count)
    truth, _ = ours(options.ajan, lines, "--exhaustive")
    part = [shingles(line) for line in lines[:1500]]
    check = {(i, j) for j in range(len(part)) for i in range(j)
             if part[i] and part[j] and jaccard(part[i], part[j]) >= THRESHOLD}
    assert check == {p for p in truth if p[1] < 1500}, "the exhaustive comparison is wrong"
    found, seconds = ours(options.ajan, lines)
    other, other_seconds = theirs(lines)
    print(f"{len(lines)} texts, {len(truth)} pairs at {THRESHOLD} (all pairs compared)")
    for name, pairs, time_taken in [("ajan", found, seconds), ("datasketch", other, other_seconds)]:
        hit = len(pairs & truth)
        print(f"  {name:11} recall {hit / len(truth):.4f}  precision {hit / max(1, len(pairs)):.4f}"
              f"  {time_taken:.2f} s")
    print(f"  both list {len(found & other)}, only ajan {len(found - other)}, "
          f"only datasketch {len(other - found)}; ajan {other_seconds / seconds:.1f}x as fast")


main()
