"""Times Hugging Face `tokenizers` and ajan on the same lines, in turns, each on one core.

    taskset -c 0 python tokenizers_speed.py --ajan .build/release/ajan --model FOLDER --lines FILE
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import time

os.environ["TOKENIZERS_PARALLELISM"] = "false"


def main():
    from tokenizers import Tokenizer

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("ajan", "model", "lines"):
        parser.add_argument("--" + name, required=True)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    tokenizer = Tokenizer.from_file(str(pathlib.Path(options.model) / "tokenizer.json"))
    with open(options.lines, encoding="utf-8", newline="\n") as file:
        lines = file.read().split("\n")[:-1]
    command = [
        options.ajan, "bench", "--model", options.model, "--role", "none", "--threads", "1",
        "--tokenizer-only", "--json", "--rounds", "1", "--file", options.lines]
    tokens = sum(len(e.ids) for e in tokenizer.encode_batch_fast(lines))
    theirs, own = [], []
    for _ in range(options.rounds):
        start = time.perf_counter()
        for at in range(0, len(lines), 1000):
            tokenizer.encode_batch_fast(lines[at:at + 1000])
        theirs.append(tokens / (time.perf_counter() - start))
        result = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
        assert result["tokens"] == tokens, "the two disagree on the number of tokens"
        own.append(tokens / result["seconds"][0])
    ratios = [a / b for a, b in zip(own, theirs)]
    print(f"tokenizers {statistics.median(theirs):,.0f} tokens/s, ajan {statistics.median(own):,.0f} tokens/s, "
          f"ratio {statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})")


if __name__ == "__main__":
    main()
