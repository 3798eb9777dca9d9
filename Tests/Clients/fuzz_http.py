"""Sends hostile bodies to the server: `make fuzz-http`. Ends with status 1 when an answer is missing,
late, not JSON, not in OpenAI's form, or of a status that does not fit."""

import argparse
import json
import random
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from urllib.parse import urlsplit

from served import Served

PATHS = ["/v1/embeddings", "/embed", "/similarity", "/v1/search"]
SEEDS = [
    {"input": ["kargom nerede?", "ışık"], "model": "ajan-embed-mini"},
    {"input": "😀 emoji", "dimensions": 3, "input_type": "query", "encoding_format": "base64"},
    {"inputs": ["a", "b"], "truncate": False, "prompt_name": "passage"},
    {"inputs": {"source_sentence": "a", "sentences": ["b", "c"]}, "parameters": {}},
    {"query": "iade", "passages": ["x"]},
    {"query": "iade", "limit": 3, "mode": "hybrid", "filter": ["a=b"]},
]
VALUES = [
    None, True, -1, 0, 1e308, 10**30, "", " ", "\x00", "\ud800", "İ" * 2000, "a\u0301" * 500, [],
    [[]], [1, 2], {}, {"a": {"b": {}}}, ["x"] * 3000, "\u202e", "👩‍👩‍👧‍👦" * 200, "query: ", "passage: ",
]


def hostile(chance):
    """A body: damaged in its values, in its text, or in its bytes."""
    kind = chance.randrange(5)
    if kind == 0:
        return chance.randbytes(chance.randrange(300))
    body = json.loads(json.dumps(chance.choice(SEEDS)))
    for _ in range(chance.randrange(1, 3)):
        name = chance.choice(list(body) + ["input", "model", "inputs", "query"])
        body[name] = chance.choice(VALUES)
        if kind == 1 and isinstance(body[name], list):
            body[name] = body[name] + [chance.choice(VALUES)]
    data = bytearray(json.dumps(body, ensure_ascii=chance.random() < 0.5).encode(errors="replace"))
    if kind == 3:
        for _ in range(chance.randrange(1, 5)):
            data[chance.randrange(len(data))] = chance.randrange(256)
    if kind == 4:
        return bytes(data[: chance.randrange(len(data))]) + b"[" * chance.randrange(3000)
    return bytes(data)


def ask(address, path, body):
    connection = HTTPConnection(address, timeout=60)
    start = time.perf_counter()
    connection.request("POST", path, body, {"Content-Type": "application/json"})
    response = connection.getresponse()
    text = response.read()
    connection.close()
    return response.status, text, time.perf_counter() - start


def problem(status, text):
    """What is wrong with an answer; None when nothing is."""
    try:
        answer = json.loads(text, parse_constant=lambda name: 1 / 0)
    except (ValueError, ZeroDivisionError):
        return f"status {status}: not JSON, or a number that is not finite: {text[:200]!r}"
    if status == 200:
        return None
    if status not in (400, 404, 413):
        return f"status {status}: {text[:200]!r}"
    error = answer.get("error", {})
    if not error.get("message") or not error.get("type") or "param" not in error:
        return f"status {status}: not in OpenAI's form: {text[:200]!r}"
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=20261125)
    options = parser.parse_args()
    chance = random.Random(options.seed)
    bodies = [(PATHS[i % len(PATHS)], hostile(chance)) for i in range(options.count)]
    statuses, problems, slowest = Counter(), [], 0.0
    with Served("--log-level", "notice") as server:
        address = urlsplit(server.url).netloc
        with ThreadPoolExecutor(8) as threads:
            answers = threads.map(lambda item: ask(address, *item), bodies)
            for (path, body), (status, text, seconds) in zip(bodies, answers):
                statuses[status] += 1
                slowest = max(slowest, seconds)
                wrong = problem(status, text)
                if wrong:
                    problems.append(f"{path} {body[:200]!r}: {wrong}")
        alive, _ = server.post("/v1/embeddings", {"input": "hâlâ çalışıyor"})
        status = server.stop()
    print(f"{options.count} bodies, seed {options.seed}: {dict(sorted(statuses.items()))}, "
          f"slowest {slowest:.2f} s, {len(problems)} problems, exit status {status}")
    print("\n".join(problems[:20]))
    sys.exit(bool(problems) or alive != 200 or status != 0)


if __name__ == "__main__":
    main()
