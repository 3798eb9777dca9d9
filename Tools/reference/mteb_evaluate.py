"""Runs mteb's own evaluation with sentence-transformers on the local data sets.

mteb downloads its data; here its task objects are filled from the folders that `ajan eval` reads, and the
rest (encoding, ranking, metrics) is mteb's. Texts are cut at the model's length, as sentence-transformers
does, so compare with `ajan eval --long-text truncate --precision f32`.

    python Tools/reference/mteb_evaluate.py MODEL_FOLDER --data ../shared/eval --out runs/mteb-reference.json
        [--no-prompts] [--tasks TurHistQuadRetrieval STS17/en-tr ...] [--compare runs/NAME.json]
"""

import argparse
import json
import sys
from pathlib import Path

import mteb
from datasets import Dataset
from mteb.models.sentence_transformer_wrapper import SentenceTransformerEncoderWrapper
from sentence_transformers import SentenceTransformer


def records(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def retrieval(task, folder, qrels, judged_only=False):
    """Fills a retrieval task; `judged_only` keeps only documents that some judgment names."""
    judgments = {}
    for line in (folder / qrels).read_text(encoding="utf-8").splitlines()[1:]:
        query, document, score = line.split("\t")
        judgments.setdefault(query, {})[document] = int(score)
    named = {document for row in judgments.values() for document in row}
    corpus = [
        {"id": row["_id"], "title": row.get("title", ""), "text": row["text"]}
        for row in records(folder / "corpus.jsonl")
        if row["_id"] in named or not judged_only
    ]
    queries = [{"id": row["_id"], "text": row["text"]} for row in records(folder / "queries.jsonl")]
    split = {
        "corpus": Dataset.from_list(corpus),
        "queries": Dataset.from_list([row for row in queries if row["id"] in judgments]),
        "relevant_docs": judgments,
        "top_ranked": None,
    }
    return filled(task, {"default": {"test": split}})


def pairs(task, subset, path, columns):
    rows = [{column: row[column] for column in columns} for row in records(path)]
    task.hf_subsets = [subset]
    return filled(task, {subset: {"test": Dataset.from_list(rows)}})


def filled(task, dataset):
    task.dataset = dataset
    task.data_loaded = True
    # mteb drops the data after each task and would load them again.
    task.unload_data = lambda: None
    return task


def stsb_tr():
    """STSb-TR is no task of mteb; it borrows the form of STS17."""
    task = mteb.get_task("STS17", hf_subsets=["en-tr"])
    task.metadata = task.metadata.model_copy(update={"name": "STSbTR"})
    return task


SCORED = ["sentence1", "sentence2", "score"]
TASKS = {
    "TurHistQuadRetrieval": lambda data: retrieval(
        mteb.get_task("TurHistQuadRetrieval"), data / "turhistquad", "qrels/test.tsv"
    ),
    "TurHistQuadRetrieval-contexts": lambda data: retrieval(
        mteb.get_task("TurHistQuadRetrieval"), data / "turhistquad", "qrels/contexts.tsv", judged_only=True
    ),
    "STS17/en-tr": lambda data: pairs(
        mteb.get_task("STS17", hf_subsets=["en-tr"]), "en-tr", data / "sts17-en-tr/test.jsonl", SCORED
    ),
    "STSbTR": lambda data: pairs(stsb_tr(), "en-tr", data / "stsb-tr/test.jsonl", SCORED),
    "Tatoeba/tur-eng": lambda data: pairs(
        mteb.get_task("Tatoeba", hf_subsets=["tur-eng"]), "tur-eng", data / "tatoeba-tur-eng/test.jsonl", SCORED[:2]
    ),
}

# As E5 asks: questions and everything symmetric as queries, documents as passages.
PROMPTS = {"query": "query: ", "document": "passage: ", "STS": "query: ", "BitextMining": "query: "}
NO_PROMPTS = dict.fromkeys(PROMPTS, "")


def score(model, task):
    result = mteb.evaluate(model, task, cache=None, encode_kwargs={"batch_size": 32}, co2_tracker=False)
    (row,) = result.task_results[0].scores["test"]
    return row["main_score"]


def compare(scores, run):
    """Prints both programs' numbers; true when all agree within 0.002."""
    ours = {task["task"]: task["scores"][task["mainScore"]] for task in json.loads(run.read_text())["tasks"]}
    print(f"{'task':32}{'mteb':>10}{'ajan':>10}{'difference':>12}")
    largest = 0.0
    for task, value in scores.items():
        if task not in ours:
            sys.exit(f"{run}: no '{task}'; run `ajan eval --task {task}`")
        difference = ours[task]["value"] - value
        largest = max(largest, abs(difference))
        print(f"{task:32}{value:10.4f}{ours[task]['value']:10.4f}{difference:+12.4f}")
    return largest <= 0.002


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", type=Path)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--no-prompts", action="store_true")
    parser.add_argument("--tasks", nargs="+", choices=list(TASKS), default=list(TASKS))
    parser.add_argument("--compare", type=Path)
    arguments = parser.parse_args()
    scores = json.loads(arguments.out.read_text()) if arguments.out.exists() else {}
    missing = [name for name in arguments.tasks if name not in scores]
    if missing:
        prompts = NO_PROMPTS if arguments.no_prompts else PROMPTS
        encoder = SentenceTransformer(str(arguments.model), device="cpu")
        model = SentenceTransformerEncoderWrapper(encoder, model_prompts=prompts)
        for name in missing:
            scores[name] = score(model, TASKS[name](arguments.data))
            arguments.out.parent.mkdir(parents=True, exist_ok=True)
            arguments.out.write_text(json.dumps(scores, indent=1) + "\n")
            print(name, scores[name], flush=True)
    asked = {name: scores[name] for name in arguments.tasks}
    if arguments.compare and not compare(asked, arguments.compare):
        sys.exit("the two programs differ by more than 0.002")


if __name__ == "__main__":
    main()
