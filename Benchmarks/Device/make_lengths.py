"""Counts how many tokens real Turkish texts have, for lengths.txt: texts taken evenly from every file of a
corpus, cut at the window of the student.

    python make_lengths.py --corpus $AJAN_DATA/corpus/text --tokenizer FOLDER/tokenizer.json > lengths.txt
"""

import argparse
import collections
import gzip
import json
import pathlib

from tokenizers import Tokenizer

parser = argparse.ArgumentParser()
parser.add_argument("--corpus", required=True)
parser.add_argument("--tokenizer", required=True)
parser.add_argument("--every", type=int, default=10)
parser.add_argument("--max-tokens", type=int, default=256)
options = parser.parse_args()
tokenizer = Tokenizer.from_file(options.tokenizer)
tokenizer.enable_truncation(options.max_tokens)
counts = collections.Counter()
for file in sorted(pathlib.Path(options.corpus).glob("*.jsonl.gz")):
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        texts = ["passage: " + json.loads(line)["text"] for line in list(lines)[:: options.every]]
    for start in range(0, len(texts), 1_000):
        counts.update(len(own.ids) for own in tokenizer.encode_batch(texts[start : start + 1_000]))
tokens = sum(length * count for length, count in counts.items())
print(f"# {sum(counts.values())} texts, {tokens / sum(counts.values()):.1f} tokens on average: tokens, texts")
for length in sorted(counts):
    print(length, counts[length])
