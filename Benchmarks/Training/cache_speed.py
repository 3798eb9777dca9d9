"""Caching a teacher's vectors, `ajan distill --through cache` beside `encode` of sentence-transformers.

    python cache_speed.py --ajan .build/release/ajan --texts texts.jsonl [--count 1000] [--threads 2]

Both read the same texts (those of prepare_ids.py, without their prompt) with multilingual-e5-small and
cut at 256 tokens. Ours is timed as a whole process, opening, hashing and writing included;
sentence-transformers from the call of `encode` to the vectors. Prints one line of JSON each.
"""

import argparse
import json
import pathlib
import subprocess
import tempfile
import time

RECIPE = """name: cache
teacher:
  model: {model}
  precision: {precision}
  max-tokens: 256
  long-text: truncate
student:
  model: {model}
corpus:
  - path: texts.jsonl
    role: passage
held-out: 10
loss:
  mse: 1
training:
  steps: 1
"""


def ours(options, texts, precision):
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        with open(folder / "texts.jsonl", "w", encoding="utf-8") as out:
            out.writelines(json.dumps({"text": text}, ensure_ascii=False) + "\n" for text in texts)
        (folder / "recipe.yaml").write_text(
            RECIPE.format(model=options.model, precision=precision))
        start = time.perf_counter()
        subprocess.run(
            [options.ajan, "distill", folder / "recipe.yaml", "--through", "cache", "--output",
             folder / "run", "--threads", str(options.threads)], check=True, capture_output=True)
        return time.perf_counter() - start


def theirs(options, texts):
    import torch
    from sentence_transformers import SentenceTransformer
    torch.set_num_threads(options.threads)
    model = SentenceTransformer(options.model, device="cpu")
    model.max_seq_length = 256
    prompted = ["passage: " + text for text in texts]
    model.encode(prompted[:8])
    start = time.perf_counter()
    model.encode(prompted, batch_size=32)
    return time.perf_counter() - start


def main():
    parser = argparse.ArgumentParser()
    for name in ("--ajan", "--model", "--texts"):
        parser.add_argument(name, required=True)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    lines = open(options.texts, encoding="utf-8").read().splitlines()[: options.count]
    texts = list(dict.fromkeys(json.loads(line).removeprefix("passage: ") for line in lines))
    for engine, run in [
        ("ajan int8", lambda: ours(options, texts, "int8")),
        ("ajan f32", lambda: ours(options, texts, "f32")),
        ("sentence-transformers encode", lambda: theirs(options, texts)),
    ]:
        seconds = run()
        print(json.dumps({
            "cache": engine, "threads": options.threads, "texts": len(texts),
            "seconds": round(seconds, 2), "texts_per_second": round(len(texts) / seconds, 1)}),
            flush=True)


main()
