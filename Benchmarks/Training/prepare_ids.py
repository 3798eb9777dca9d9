"""Token ids of real Turkish texts for the training benchmark.

Takes texts evenly from all files of the corpus, shuffles them with a fixed seed, and writes one JSON
array of token ids per line, cut at --max-tokens; with --texts also the texts themselves, one JSON
string per line.

    python prepare_ids.py --corpus $AJAN_DATA/corpus/text --model FOLDER --count 4096 --out ids.jsonl
"""

import argparse
import gzip
import json
import pathlib
import random

from tokenizers import Tokenizer


def texts(folder, count):
    files = sorted(pathlib.Path(folder).glob("*.jsonl.gz"))
    chosen = []
    for place, file in enumerate(files):
        with gzip.open(file, "rt", encoding="utf-8") as lines:
            own = [json.loads(line)["text"] for line in lines]
        share = (count - len(chosen)) // (len(files) - place)
        chosen += [own[i * len(own) // share] for i in range(min(share, len(own)))]
    random.Random(20261125).shuffle(chosen)
    return chosen


def main():
    parser = argparse.ArgumentParser()
    for name in ("--corpus", "--model", "--out"):
        parser.add_argument(name, required=True)
    parser.add_argument("--count", type=int, default=4096)
    parser.add_argument("--max-tokens", type=int, default=256)
    parser.add_argument("--texts")
    options = parser.parse_args()
    tokenizer = Tokenizer.from_file(f"{options.model}/tokenizer.json")
    tokenizer.enable_truncation(options.max_tokens)
    chosen = ["passage: " + text for text in texts(options.corpus, options.count)]
    encodings = tokenizer.encode_batch(chosen)
    if options.texts:
        with open(options.texts, "w", encoding="utf-8") as out:
            out.writelines(json.dumps(text, ensure_ascii=False) + "\n" for text in chosen)
    with open(options.out, "w") as out:
        for encoding in encodings:
            out.write(json.dumps(encoding.ids) + "\n")
    lengths = [len(encoding.ids) for encoding in encodings]
    print(f"{len(lengths)} texts, {sum(lengths) / len(lengths):.1f} tokens on average")


main()
