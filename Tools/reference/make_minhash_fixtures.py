#!/usr/bin/env python3
"""Writes signatures of datasketch for the tests of MinHash.

    python3 Tools/reference/make_minhash_fixtures.py > Tests/CorpusTests/Fixtures/minhash.json

datasketch gets the permutations that Sources/Corpus/Deduplication/MinHash.swift draws (SplitMix64 from
the seed) and sets of 32-bit hashes as they are; legacy scheme. Seed 20261125.
"""
import json
import random

import datasketch
import numpy as np

MASK = (1 << 64) - 1
PRIME = (1 << 61) - 1


def finish(z):
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 & MASK
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB & MASK
    return z ^ (z >> 31)


def permutations(count, seed):
    draws = [finish((seed + i * 0x9E3779B97F4A7C15) & MASK) % PRIME for i in range(2 * count)]
    return (np.array([max(1, a) for a in draws[0::2]], np.uint64), np.array(draws[1::2], np.uint64))


def signature(shingles, own):
    sketch = datasketch.MinHash(len(own[0]), permutations=own, hashfunc=int, scheme="legacy")
    for shingle in shingles:
        sketch.update(shingle)
    return [int(value) for value in sketch.hashvalues]


def main():
    rng = random.Random(20261125)
    bands, rows, seed = 20, 6, 1
    own = permutations(bands * rows, seed)
    sets = [[], [0], [0xFFFFFFFF], [1, 2, 3]]
    sets += [sorted(rng.sample(range(1 << 32), count)) for count in (1, 2, 7, 30, 100)]
    cases = [{"shingles": s, "signature": signature(s, own)} for s in sets]
    print(json.dumps({"datasketch": datasketch.__version__, "bands": bands, "rows": rows,
                      "permutationSeed": seed, "cases": cases}, separators=(",", ":")))


main()
