#!/usr/bin/env python3
"""Trains the Unigram vocabulary of ajan-embed-mini with SentencePiece.

The normaliser inside the model folds what Turkish typing confuses: case, the dots of ı and i, the marks of
ç ğ ö ş ü â î û, typographic quotes and dashes. "IŞIK", "ışık", "isik" and a decomposed "ışık" are the same
pieces, whoever typed them, and the dense vocabulary spends fewer pieces on a word.

    python Tools/vocabulary/train_vocabulary.py --corpus corpus-mini --english PAIRS... --size 40000 --out mini.model

Needs `sentencepiece` (Tools/reference/requirements-model.txt). The same input gives the same file.
"""
import argparse
import gzip
import io
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unicodedata

import sentencepiece

# The marks of Latin, Greek and Cyrillic letters; those of other scripts carry vowels and stay.
MARKS = range(0x300, 0x370)
QUOTES = {0x2018: "'", 0x2019: "'", 0x201A: "'", 0x201B: "'", 0x60: "'", 0xB4: "'", 0x2032: "'",
          0x201C: '"', 0x201D: '"', 0x201E: '"', 0xAB: '"', 0xBB: '"', 0x2033: '"',
          0x2010: "-", 0x2011: "-", 0x2012: "-", 0x2013: "-", 0x2014: "-", 0x2212: "-"}
# What the prompts need to be one piece each.
PROMPTS = ["query:", "passage:"]


def folded(text):
    """The search form of `text`; applying it twice changes nothing more."""
    text = unicodedata.normalize("NFKC", "".join(QUOTES.get(ord(c), c) for c in text))
    text = text.replace("İ", "i").replace("I", "i").lower().replace("ı", "i")
    marked = unicodedata.normalize("NFD", text)
    bare = "".join(c for c in marked if ord(c) not in MARKS)
    bare = "".join(QUOTES.get(ord(c), c) for c in bare)
    return unicodedata.normalize("NFC", bare)


def rule(code):
    """What becomes of one code point, or None when it stays."""
    character = chr(code)
    category = unicodedata.category(character)
    if category in ("Cs", "Co", "Cn"):
        return None
    if character.isspace() or category in ("Zs", "Zl", "Zp"):
        return " " if character != " " else None
    if category in ("Cc", "Cf") or code in MARKS:
        return ""
    target = folded(character)
    return target if target != character else None


def write_rules(path):
    """Every rule as SentencePiece reads it: code points in hexadecimal, a tab, code points."""
    with open(path, "w", encoding="ascii") as out:
        for code in range(1, 0x110000):
            target = rule(code)
            if target is not None:
                out.write(f"{code:X}\t{' '.join(f'{ord(c):X}' for c in target)}\n")


def lines_of(path, field):
    opener = {".gz": gzip.open, ".zst": zstandard_text}.get(path.suffix, open)
    with opener(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)[field]


def zstandard_text(path, _, encoding):
    shown = subprocess.run(["zstd", "-dc", str(path)], check=True, capture_output=True)
    return io.StringIO(shown.stdout.decode(encoding))


def training_text(options):
    for shard in sorted((options.corpus / "shards").iterdir()):
        yield from lines_of(shard, "text")
    for path in options.english:
        for number, text in enumerate(lines_of(path, "en")):
            if number % options.english_step == 0:
                yield text
    for _ in range(5_000):
        yield " ".join(PROMPTS)


def train(texts, size, out):
    """Writes the vocabulary of `size` pieces that `texts` give, with its rules inside, to `out`."""
    with tempfile.TemporaryDirectory() as scratch:
        rules = pathlib.Path(scratch) / "rules.tsv"
        write_rules(rules)
        prefix = pathlib.Path(scratch) / "vocabulary"
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter(texts), model_prefix=str(prefix), model_type="unigram",
            vocab_size=size, character_coverage=0.9998, normalization_rule_tsv=str(rules),
            input_sentence_size=0, max_sentence_length=16_384, num_threads=2, minloglevel=1)
        shutil.move(f"{prefix}.model", out)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--corpus", type=pathlib.Path, required=True, help="snapshot of `ajan corpus build`")
    parser.add_argument("--english", type=pathlib.Path, nargs="*", default=[], help="JSON Lines with the field en")
    parser.add_argument("--english-step", type=int, default=2, help="take every nth English line")
    parser.add_argument("--size", type=int, default=40_000)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    options = parser.parse_args()
    train(training_text(options), options.size, options.out)


if __name__ == "__main__":
    sys.exit(main())
