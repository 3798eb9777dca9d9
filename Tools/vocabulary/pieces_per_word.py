#!/usr/bin/env python3
"""Counts how many pieces SentencePiece vocabularies spend on a word, for clean and for careless typing.

    python Tools/vocabulary/pieces_per_word.py --data ../shared/eval/turhistquad mini.model xlm-roberta.model

A word is what stands between spaces. Needs `sentencepiece` (Tools/reference/requirements-model.txt).
"""
import argparse
import json
import pathlib
import sys
import unicodedata

import sentencepiece

ASCII = str.maketrans("çğıöşüâîûÇĞİÖŞÜÂÎÛ", "cgiosuaiuCGIOSUAIU")
VARIANTS = {
    "clean": lambda text: text,
    "ascii": lambda text: text.translate(ASCII),
    "upper": lambda text: text.replace("i", "İ").upper(),
    "decomposed": lambda text: unicodedata.normalize("NFD", text),
}


def texts(folder):
    for name in ("queries.jsonl", "corpus.jsonl"):
        for line in (folder / name).read_text(encoding="utf-8").splitlines():
            yield json.loads(line)["text"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--data", type=pathlib.Path, required=True, help="folder with queries.jsonl, corpus.jsonl")
    parser.add_argument("models", nargs="+", type=pathlib.Path, help="SentencePiece .model files")
    options = parser.parse_args()
    lines = list(texts(options.data))
    words = sum(len(line.split()) for line in lines)
    print(f"{words} words", *VARIANTS, sep="\t")
    for path in options.models:
        model = sentencepiece.SentencePieceProcessor(model_file=str(path))
        counts = [sum(map(len, model.encode([change(line) for line in lines]))) for change in VARIANTS.values()]
        print(path.name, *(f"{count / words:.3f}" for count in counts), sep="\t")


if __name__ == "__main__":
    sys.exit(main())
