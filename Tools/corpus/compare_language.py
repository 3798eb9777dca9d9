#!/usr/bin/env python3
"""Language identification: `ajan corpus language`, pycld2 and py3langid on the held-out translations.

    python3 Tools/corpus/compare_language.py TEST.jsonl      (made by Tools/language/train_language_model.py)

Per language: the share that is named rightly, and the share that is taken for Turkish. Codes that the
model does not name (`xx`) count as right when a system does not say Turkish.
"""
import argparse
import collections
import json
import subprocess

CODES = ["tr", "az", "tk", "uz", "crh", "ku", "en", "de", "fr", "es", "xx"]


def ours(ajan, texts):
    run = subprocess.run([ajan, "corpus", "language"], input="\n".join(texts) + "\n", text=True,
                         capture_output=True, check=True)
    return [row.split("\t")[0] for row in run.stdout.splitlines()]


def kept(ajan, rows, texts):
    """What the filter of a build keeps: at least 0.6 of a text in Turkish pieces."""
    run = subprocess.run([ajan, "corpus", "language"], input="\n".join(texts) + "\n", text=True,
                         capture_output=True, check=True)
    counts = collections.defaultdict(lambda: [0, 0])
    for row, line in zip(rows, run.stdout.splitlines()):
        for key in [row["language"]] + (["not tr"] if row["language"] != "tr" else []):
            counts[key][0] += 1
            counts[key][1] += float(line.split("\t")[2]) >= 0.6
    print("kept by the filter of a build")
    for code in CODES + ["not tr"]:
        if counts[code][0]:
            print(f"  {code:6} {counts[code][1] / counts[code][0]:.4f}")


def cld2(texts):
    import pycld2
    codes = []
    for text in texts:
        try:
            codes.append(pycld2.detect(text, isPlainText=True, bestEffort=True)[2][0][1])
        except pycld2.error:
            codes.append("un")
    return codes


def langid(texts):
    import py3langid
    return [py3langid.classify(text)[0] for text in texts]


def report(name, rows, codes):
    table = collections.defaultdict(lambda: [0, 0, 0])
    for row, code in zip(rows, codes):
        own = row["language"]
        right = code == own or (own == "xx" and code != "tr")
        for key in [own] + (["not tr"] if own != "tr" else []):
            table[key][0] += 1
            table[key][1] += right
            table[key][2] += code == "tr"
    print(name)
    for code in CODES + ["not tr"]:
        count, right, turkish = table[code]
        if count:
            print(f"  {code:6} {count:6} texts  right {right / count:.4f}  called tr {turkish / count:.4f}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("test")
    parser.add_argument("--ajan", default=".build/release/ajan")
    parser.add_argument("--letters", type=int, default=30, help="least letters of a text")
    options = parser.parse_args()
    rows = [json.loads(line) for line in open(options.test)]
    rows = [r for r in rows if sum(c.isalpha() for c in r["text"]) >= options.letters
            and r["language"] in CODES]
    texts = [" ".join(r["text"].split()) for r in rows]
    for name, system in [("ajan", lambda t: ours(options.ajan, t)), ("pycld2", cld2),
                         ("py3langid", langid)]:
        try:
            report(name, rows, system(texts))
        except ImportError as problem:
            print(name, problem)
    kept(options.ajan, rows, texts)


main()
