"""What a role is worth: nDCG@10 on Samples/sss-tr for every pair of prompts.

    roles.py MODEL_DIR        (needs sentence-transformers)
"""

import csv
import json
import sys
from pathlib import Path

import numpy
from sentence_transformers import SentenceTransformer

DATA = Path(__file__).resolve().parents[2] / "Samples/sss-tr"
PROMPTS = {"none": "", "passage": "passage: ", "query": "query: "}


def read(name):
    return [json.loads(line) for line in (DATA / name).read_text(encoding="utf-8").splitlines()]


def gains(relevances):
    return sum((2**r - 1) / numpy.log2(place + 2) for place, r in enumerate(relevances))


def main():
    model = SentenceTransformer(sys.argv[1])
    passages, questions, relevant = read("corpus.jsonl"), read("queries.jsonl"), {}
    for file in (DATA / "qrels").iterdir():
        for query, passage, score in list(csv.reader(file.open(), delimiter="\t"))[1:]:
            relevant.setdefault(query, {})[passage] = float(score)

    def vectors(texts):
        return {role: model.encode([prompt + text for text in texts], prompt="",
                                   normalize_embeddings=True)
                for role, prompt in PROMPTS.items()}

    sides = vectors([q["text"] for q in questions])
    others = vectors([f"{p['title']}. {p['text']}" for p in passages])
    for role, side in sides.items():
        for other_role, other in others.items():
            scores = []
            for question, row in zip(questions, side @ other.T):
                known = relevant.get(question["_id"], {})
                found = [known.get(passages[i]["_id"], 0) for i in numpy.argsort(-row)[:10]]
                best = gains(sorted(known.values(), reverse=True)[:10])
                scores.append(gains(found) / best if best else 0)
            print(f"questions {role:8} passages {other_role:8} {numpy.mean(scores):.3f}")


if __name__ == "__main__":
    main()
