"""Holds a model folder that `ajan` wrote against sentence-transformers, and the other way round.

    python Tools/reference/check_student.py FOLDER [--ajan .build/release/ajan] [--reverse]

Loads FOLDER in sentence-transformers and compares ids and vectors with `ajan` (f32) on sentences of
Samples/: cosine at least 0.99999 for each. With --reverse it also adds a Dense module with torch, saves
the model with sentence-transformers, and compares again. Ends with status 1 when anything differs.
Needs the packages of requirements-reference.txt.
"""

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Dense

ROOT = pathlib.Path(__file__).resolve().parents[2]


def sentences():
    lines = (ROOT / "Samples/sss-tr/corpus.jsonl").read_text(encoding="utf-8").splitlines()
    texts = [json.loads(line)["text"] for line in lines[:60]]
    texts += ["", "İSTANBUL'DA IŞIK", "kargom ne zaman gelir?", "e\u0301 ☃ 🙂", " ".join(["iade"] * 40)]
    return texts


def ajan(program, folder, command, texts, *options):
    source = "\n".join(text or " " for text in texts) + "\n"
    run = subprocess.run(
        [program, command, "--model", str(folder), *options, "-"], input=source, text=True,
        capture_output=True, check=True)
    return [json.loads(line) for line in run.stdout.splitlines()]


def compare(program, folder, texts):
    model = SentenceTransformer(str(folder), device="cpu")
    texts = [text for text in texts if text.strip()]
    ids = ajan(program, folder, "tokenize", texts, "--ids")
    expected = model.tokenizer(texts)["input_ids"]
    limit = model.max_seq_length
    same = sum(a[:limit] == list(b)[:limit] or len(a) > limit for a, b in zip(ids, expected))
    vectors = ajan(
        program, folder, "embed", texts, "--precision", "f32", "--role", "none", "--long-text",
        "truncate", "--format", "jsonl")
    ours = np.array([row["embedding"] for row in vectors], dtype=np.float64)
    theirs = model.encode(texts, normalize_embeddings=True).astype(np.float64)
    cosines = (ours * theirs).sum(1) / np.linalg.norm(ours, axis=1) / np.linalg.norm(theirs, axis=1)
    print(f"{folder}: {len(texts)} texts, ids equal {same}, dimensions {theirs.shape[1]}, "
          f"cosine at least {cosines.min():.7f}")
    return same == len(texts) and cosines.min() >= 0.99999


def reversed_model(folder, target):
    """The model with a Dense layer of torch's own making, saved by sentence-transformers."""
    torch.manual_seed(7)
    model = SentenceTransformer(str(folder), device="cpu")
    size = model.get_sentence_embedding_dimension()
    modules = [module for module in model if type(module).__name__ != "Normalize"]
    dense = Dense(size, 48, activation_function=torch.nn.Tanh())
    SentenceTransformer(modules=[*modules, dense], device="cpu").save(str(target))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--ajan", default=str(ROOT / ".build/release/ajan"))
    parser.add_argument("--reverse", action="store_true")
    options = parser.parse_args()
    good = compare(options.ajan, options.folder, sentences())
    if options.reverse:
        with tempfile.TemporaryDirectory() as folder:
            target = pathlib.Path(folder) / "reverse"
            reversed_model(options.folder, target)
            good = compare(options.ajan, target, sentences()) and good
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
