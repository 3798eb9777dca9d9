#!/usr/bin/env python3
"""Near-duplicates of 20,000 real texts: `ajan corpus duplicates`, every pair, and datasketch.

    python3 Tools/corpus/compare_near_duplicates.py [--count 20000] [--data $AJAN_DATA]

A fifth of the texts are copies of others with up to 15% of their words changed. The truth is computed
here, from the 3-word shingles themselves: every pair with a common shingle is counted out, and a pair
without one has similarity 0. `ajan ... --exhaustive` has to give the same pairs.

datasketch is run twice with 120 permutations in 20 bands of 6, its candidates checked exactly as ours:
as it comes, which is timed; and with the hashes and permutations of ajan (its legacy scheme), where both
have to list the very same pairs.
"""
import argparse
import collections
import glob
import gzip
import json
import os
import random
import subprocess
import time

import numpy as np
from datasketch import MinHash, MinHashLSH

THRESHOLD = 0.8
MASK = (1 << 64) - 1
# U+00C0 to U+017F by their base letter, as in Sources/Corpus/Text/LetterFold.swift.
LATIN = ("aaaaaaaceeeeiiii" "dnooooo ouuuuyts" "aaaaaaaceeeeiiii" "dnooooo ouuuuyty"
         "aaaaaaccccccccdd" "ddeeeeeeeeeegggg" "gggghhhhiiiiiiii" "iiiijjkkklllllll"
         "lllnnnnnnnnnoooo" "oooorrrrrrssssss" "ssttttttuuuuuuuu" "uuuuwwyyyzzzzzzs")


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


def letter(c):
    value = ord(c)
    if value < 0x80: return c.lower() if c.isalnum() else " "
    if 0xC0 <= value <= 0x17F: return LATIN[value - 0xC0]
    if value in (0x18F, 0x259): return "e"
    if value == 0xAD or 0x300 <= value < 0x370 or 0x200B <= value <= 0x200F or value == 0x2060: return ""
    if 0xFEC0 <= value <= 0xFEFF or 0xFE00 <= value <= 0xFE3F: return ""
    if value < 0xC0 or 0x2000 <= value <= 0x207F or 0x3000 <= value <= 0x303F: return " "
    return c


def folded(text):
    return "".join(map(letter, text)).split()


def shingles(text, size=3):
    words = folded(text)
    if len(words) <= size:
        return {" ".join(words)} if words else set()
    return {" ".join(words[i:i + size]) for i in range(len(words) - size + 1)}


def every_pair(sets):
    """All pairs (earlier, later) at or above the threshold."""
    places, common = collections.defaultdict(list), collections.Counter()
    for number, own in enumerate(sets):
        for shingle in own:
            for earlier in places[shingle]:
                common[earlier, number] += 1
            places[shingle].append(number)
    return {(a, b) for (a, b), count in common.items()
            if count >= THRESHOLD * (len(sets[a]) + len(sets[b]) - count)}


def finish(z):
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 & MASK
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB & MASK
    return z ^ (z >> 31)


def hashed(shingle):
    """The 32-bit hash that ajan gives a shingle (Sources/Corpus/Text/FoldedText.swift)."""
    total = 0
    for word in shingle.split():
        value = 0xCBF29CE484222325
        for byte in word.encode():
            value = (value ^ byte) * 0x100000001B3 & MASK
        total = (total * 0x9E3779B97F4A7C15 + finish(value)) & MASK
    return finish(total) >> 32


def permutations(count=120, seed=1):
    draws = [finish((seed + i * 0x9E3779B97F4A7C15) & MASK) % ((1 << 61) - 1) for i in range(2 * count)]
    return (np.array([max(1, a) for a in draws[0::2]], np.uint64), np.array(draws[1::2], np.uint64))


def jaccard(a, b):
    return len(a & b) / len(a | b)


def ours(ajan, lines, *flags):
    start = time.perf_counter()
    run = subprocess.run([ajan, "corpus", "duplicates", "--threshold", str(THRESHOLD), *flags],
                         input="\n".join(lines) + "\n", capture_output=True, text=True, check=True)
    seconds = time.perf_counter() - start
    return {(p["first"], p["second"]) for p in map(json.loads, run.stdout.splitlines())}, seconds


def theirs(sets, own=False):
    start = time.perf_counter()
    if own:
        values = [[hashed(s) for s in shingles] for shingles in sets]
        hashes = MinHash.generator(values, num_perm=120, permutations=permutations(), hashfunc=int,
                                   scheme="legacy")
    else:
        hashes = MinHash.generator([[s.encode() for s in own] for own in sets], num_perm=120, seed=1)
    lsh = MinHashLSH(params=(20, 6), num_perm=120)
    pairs = set()
    for number, sketch in enumerate(hashes):
        if sets[number]:
            for other in lsh.query(sketch):
                if jaccard(sets[number], sets[other]) >= THRESHOLD:
                    pairs.add((other, number))
            lsh.insert(number, sketch)
    return pairs, time.perf_counter() - start


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--data", default=os.environ.get("AJAN_DATA", "../shared"))
    parser.add_argument("--ajan", default=".build/release/ajan")
    options = parser.parse_args()
    lines = texts(options.data, options.count)
    sets = [shingles(line) for line in lines]
    truth = every_pair(sets)
    assert ours(options.ajan, lines, "--exhaustive")[0] == truth, "--exhaustive is wrong"
    found, seconds = ours(options.ajan, lines)
    other, other_seconds = theirs(sets)
    same, _ = theirs(sets, own=True)
    print(f"{len(lines)} texts, {len(truth)} pairs at {THRESHOLD} (all pairs compared)")
    for name, pairs, time_taken in [("ajan", found, seconds), ("datasketch", other, other_seconds)]:
        hit = len(pairs & truth)
        print(f"  {name:11} recall {hit / len(truth):.4f}  precision {hit / max(1, len(pairs)):.4f}"
              f"  {time_taken:.2f} s")
    print(f"  ajan {other_seconds / seconds:.1f}x as fast, its reading, folding and start included")
    assert same == found, "datasketch with the hashes of ajan lists other pairs"
    print(f"  datasketch with the hashes and permutations of ajan lists the same {len(same)} pairs")


main()
