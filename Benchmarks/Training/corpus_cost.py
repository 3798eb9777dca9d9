"""What a distillation costs by the number of its texts: caching and one epoch of training.

    python corpus_cost.py --ajan .build/release/ajan --texts texts.jsonl --model FOLDER

The student keeps six layers of the teacher. Prints one line of JSON for each size: seconds of the whole
cache stage, and of the training steps as log.jsonl has them.
"""

import argparse
import json
import pathlib
import subprocess
import tempfile
import time

RECIPE = """name: cost
teacher:
  model: {model}
  precision: int8
student:
  model: {model}
  layers: [0, 2, 4, 6, 8, 11]
corpus:
  - path: texts.jsonl
    role: passage
held-out: 10
loss:
  mse: 1
training:
  epochs: 1
  batch-tokens: 2048
evaluation:
  every: 1000000
checkpoints:
  every: 1000000
"""


def cost(options, texts):
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        with open(folder / "texts.jsonl", "w", encoding="utf-8") as out:
            out.writelines(json.dumps({"text": text}, ensure_ascii=False) + "\n" for text in texts)
        (folder / "recipe.yaml").write_text(RECIPE.format(model=options.model))
        command = [options.ajan, "distill", folder / "recipe.yaml", "--output", folder / "run",
                   "--threads", str(options.threads), "--through"]
        start = time.perf_counter()
        subprocess.run([*command, "cache"], check=True, capture_output=True)
        cached = time.perf_counter() - start
        subprocess.run([*command, "train"], check=True, capture_output=True)
        entries = [json.loads(line) for line in (folder / "run/log.jsonl").open()]
        steps = [entry["step"] for entry in entries if "step" in entry]
        return {"texts": len(texts), "cache_seconds": round(cached, 2),
                "train_seconds": round(sum(step["seconds"] for step in steps), 2),
                "tokens": sum(step["tokens"] for step in steps), "threads": options.threads}


def main():
    parser = argparse.ArgumentParser()
    for name in ("--ajan", "--model", "--texts"):
        parser.add_argument(name, required=True)
    parser.add_argument("--sizes", default="250,500,1000,2000")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    lines = open(options.texts, encoding="utf-8").read().splitlines()
    texts = list(dict.fromkeys(json.loads(line).removeprefix("passage: ") for line in lines))
    for size in map(int, options.sizes.split(",")):
        print(json.dumps({"cost": "distillation", **cost(options, texts[:size])}), flush=True)


main()
