"""Holds `ajan embed --precision f32` against sentence-transformers on real models and real text.

Every model of the cache that is named runs twice: from its model.safetensors, and from a
pytorch_model.bin that torch writes from the same weights.

    python Tools/reference/check_real_models.py [--texts N] [MODEL...]

Prints the smallest cosine per model and form; exits 1 when one is below 0.99999. Texts are spread
evenly over the shared corpus (AJAN_DATA, default ../shared). Needs requirements-reference.txt.
"""

import argparse
import gzip
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import numpy
import safetensors.torch
import torch
from sentence_transformers import SentenceTransformer

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = ROOT / ".build" / "release" / "ajan"
LEAST_COSINE = 0.99999


def real_texts(count):
    data = pathlib.Path(os.environ.get("AJAN_DATA") or ROOT / ".." / "shared")
    files = sorted((data / "corpus" / "text").glob("*.jsonl.gz"))
    if not files:
        sys.exit(f"no texts in {data / 'corpus' / 'text'}; set AJAN_DATA to the shared data")
    texts = []
    for file in files:
        with gzip.open(file, "rt", encoding="utf-8") as lines:
            own = [json.loads(line)["text"] for _, line in zip(range(2000), lines)]
        step = max(1, len(own) * len(files) // count)
        texts += own[::step]
    return [text.replace("\n", " ") for text in texts][:count]


def with_pytorch_weights(folder, target):
    shutil.copytree(folder, target)
    (target / "model.safetensors").unlink()
    torch.save(safetensors.torch.load_file(folder / "model.safetensors"),
               target / "pytorch_model.bin")
    return target


def embed(folder, texts):
    process = subprocess.run(
        [PROGRAM, "embed", "-", "--model", folder, "--precision", "f32", "--role", "none",
         "--long-text", "truncate", "--format", "json"],
        input="\n".join(texts), text=True, capture_output=True, check=True)
    return numpy.array([row["embedding"] for row in json.loads(process.stdout)])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--texts", type=int, default=300)
    parser.add_argument("models", nargs="*",
                        default=["multilingual-e5-small", "all-MiniLM-L6-v2"])
    arguments = parser.parse_args()
    cache = pathlib.Path(os.environ.get("AJAN_CACHE") or pathlib.Path.home() / ".cache" / "ajan")
    texts = real_texts(arguments.texts)
    failed = False
    for name in arguments.models:
        folder = cache / "models" / name
        expected = SentenceTransformer(str(folder), device="cpu").encode(
            texts, normalize_embeddings=True)
        with tempfile.TemporaryDirectory() as work:
            copy = with_pytorch_weights(folder, pathlib.Path(work) / "model")
            for form, path in [("model.safetensors", folder), ("pytorch_model.bin", copy)]:
                least = float((embed(path, texts) * expected).sum(axis=1).min())
                print(f"{name} from {form}: {len(texts)} texts, least cosine {least:.7f}")
                failed |= least < LEAST_COSINE
    sys.exit(1 if failed else 0)


main()
