#!/usr/bin/env python3
"""Measures `ajan corpus split` and splitters from PyPI on the same texts.

    python3 Tools/corpus/compare_sentence_splitters.py [--data $AJAN_DATA] [--ajan .build/release/ajan]

1. The hard cases of Tests/TurkishTextTests/Fixtures/sentences.txt: exact cases, and F1 of the sentence
   ends inside the texts (the end of a text is no achievement), with a 95% bootstrap interval over cases.
2. The sentences of the Turkish UD and Google treebanks of the shared corpus, ten joined by spaces at a
   time. The treebanks are shuffled, so joins are harder than running text.
"""
import argparse
import gzip
import json
import os
import random
import subprocess

FIXTURE = "Tests/TurkishTextTests/Fixtures/sentences.txt"


def hard_cases():
    for line in open(FIXTURE, encoding="utf-8"):
        line = line.rstrip("\n")
        if not line or line[0] in "#[":
            continue
        marked = line.replace("\\n ¦ ", "\n¦").replace("\\n", "\n")
        text = marked.replace(" ¦ ", " ").replace("¦", "")
        if "\n" not in text:
            yield text, [part.strip() for part in marked.split("¦")]


def treebank(data):
    sentences = []
    for name in ["ud_turkish_boun", "ud_turkish_tourism", "google_turkish_treebanks"]:
        with gzip.open(f"{data}/corpus/text/{name}.jsonl.gz", "rt") as lines:
            sentences += [json.loads(line)["text"].strip() for line in lines]
    sentences = [s for s in sentences if s[-1:] in ".!?…\"”"]
    random.Random(20261125).shuffle(sentences)
    for start in range(0, len(sentences) - 9, 10):
        group = [" ".join(s.split()) for s in sentences[start:start + 10]]
        yield " ".join(group), group


def ends(sentences):
    """Sentence ends as numbers of non-space characters before them, the last one left out."""
    found, count = set(), 0
    for sentence in sentences:
        count += sum(not c.isspace() for c in sentence)
        found.add(count)
    found.discard(count)
    return found


def scores(cases, results):
    rows, exact = [], 0
    for (text, gold), got in zip(cases, results):
        g, p = ends(gold), ends(got)
        rows.append((len(g & p), len(p), len(g)))
        exact += [" ".join(s.split()) for s in got if s.strip()] == [" ".join(s.split()) for s in gold]

    def f1(sample):
        hit, guess, gold = (sum(column) for column in zip(*sample))
        return 2 * hit / max(1, guess + gold)

    rng = random.Random(1)
    boot = sorted(f1([rows[rng.randrange(len(rows))] for _ in rows]) for _ in range(1000))
    return exact, f1(rows), boot[25], boot[974]


def systems(ajan):
    def ours(texts):
        run = subprocess.run([ajan, "corpus", "split", "--json"], input="\n".join(texts) + "\n",
                             capture_output=True, text=True, check=True)
        return [json.loads(line) for line in run.stdout.splitlines()]

    found = {"ajan": ours}
    try:
        from sentence_splitter import SentenceSplitter
        moses = SentenceSplitter(language="tr")
        found["sentence-splitter (tr)"] = lambda texts: [moses.split(t) for t in texts]
    except Exception as problem:
        print("sentence-splitter:", problem)
    try:
        import pysbd
        own = pysbd.Segmenter(language="en", clean=False)
        found["pysbd (en; it has no tr)"] = lambda texts: [own.segment(t) for t in texts]
    except Exception as problem:
        print("pysbd:", problem)
    try:
        import blingfire
        found["blingfire"] = lambda texts: [blingfire.text_to_sentences(t).split("\n") for t in texts]
    except Exception as problem:
        print("blingfire:", problem)
    try:
        from syntok import segmenter

        def syntok(texts):
            return [["".join(t.spacing + t.value for t in s) for p in segmenter.analyze(x) for s in p]
                    for x in texts]
        found["syntok"] = syntok
    except Exception as problem:
        print("syntok:", problem)
    return found


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", default=os.environ.get("AJAN_DATA", "../shared"))
    parser.add_argument("--ajan", default=".build/release/ajan")
    parser.add_argument("--show", action="store_true", help="print the hard cases that ajan misses")
    options = parser.parse_args()
    sets = {"hard cases": list(hard_cases()), "treebanks": list(treebank(options.data))}
    for name, cases in sets.items():
        print(f"\n{name}: {len(cases)} texts, {sum(len(g) for _, g in cases)} sentences")
        for system, split in systems(options.ajan).items():
            results = split([text for text, _ in cases])
            exact, f1, low, high = scores(cases, results)
            print(f"  {system:28} F1 {f1:.4f} [{low:.4f}, {high:.4f}]  exact {exact}/{len(cases)}")
            if options.show and system == "ajan" and name == "hard cases":
                for (_, gold), got in zip(cases, results):
                    if gold != got:
                        print("    want", " ¦ ".join(gold), "\n    got ", " ¦ ".join(got))


main()
