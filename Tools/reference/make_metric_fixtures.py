"""Golden values for the metrics of the Evaluation target.

Makes 200 random rankings with ties, gaps in the judgments, unjudged and missing documents, and lets
the field's own code score them: pytrec_eval for nDCG, MAP, recall and precision, mteb for MRR, scipy
for correlations, scikit-learn for bitext F1, scipy's BCa bootstrap and permutation test for intervals.

    python Tools/reference/make_metric_fixtures.py Tests/EvaluationTests/Fixtures
"""

import json
import random
import sys
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pytrec_eval
from mteb._evaluators.retrieval_metrics import mrr
from scipy import stats
from sklearn.metrics import accuracy_score, f1_score

SEED = 20261124
CUTOFFS = [1, 3, 5, 10, 100]


def random_query(rng, index):
    """One query's judgments and ranking; every seventh query has an awkward shape."""
    pool = [f"d{n}" for n in range(rng.randint(3, 60))] + ["ı", "i", "İ", "é", "e\u0301", "Z", "a"]
    judged = rng.sample(pool, rng.randint(1, min(12, len(pool))))
    qrels = {doc: rng.choice([0, 0, 1, 1, 1, 2, 3]) for doc in judged}
    ranked = rng.sample(pool, rng.randint(1, len(pool)))
    levels = rng.choice([2, 5, 1000])  # few levels make many ties
    run = {doc: rng.randint(0, levels) / levels - 0.25 for doc in ranked}
    shape = index % 7
    if shape == 1:  # nothing relevant
        qrels = dict.fromkeys(qrels, 0)
    elif shape == 2:  # a relevant document that was never returned
        qrels["missing"] = 2
        qrels["missing-too"] = 1
    elif shape == 3:  # everything tied
        run = dict.fromkeys(run, 0.5)
    elif shape == 4:  # scores that differ only beyond float32
        run = {doc: 0.5 + n * 1e-12 for n, doc in enumerate(run)}
    return qrels, run


def retrieval_cases(rng):
    qrels, runs = {}, {}
    for index in range(200):
        qrels[f"q{index}"], runs[f"q{index}"] = random_query(rng, index)
    measures = {f"{name}.{','.join(map(str, CUTOFFS))}" for name in ("ndcg_cut", "map_cut", "recall", "P")}
    scores = pytrec_eval.RelevanceEvaluator(qrels, measures).evaluate(runs)
    # trec_eval keeps scores as float32, mteb's MRR does not: give it what trec_eval sees, so that all
    # metrics stand on one ranking.
    rounded = {query: {doc: float(np.float32(score)) for doc, score in run.items()} for query, run in runs.items()}
    reciprocal = mrr(qrels, rounded, CUTOFFS)
    names = {"ndcg_cut": "ndcg", "map_cut": "map", "recall": "recall", "P": "precision"}
    cases = []
    for position, query in enumerate(runs):
        expected = {
            f"{ours}_at_{k}": scores[query][f"{theirs}_{k}"] for theirs, ours in names.items() for k in CUTOFFS
        }
        expected |= {f"mrr_at_{k}": reciprocal[f"MRR@{k}"][position] for k in CUTOFFS}
        # Lists of pairs: "é" and "e" + U+0301 are two ids, but one key to some JSON readers.
        pairs = {"qrels": list(qrels[query].items()), "run": list(runs[query].items())}
        cases.append({key: [{"id": i, "value": v} for i, v in pair] for key, pair in pairs.items()})
        cases[-1]["expected"] = expected
    return cases


def correlation_cases(rng):
    cases = []
    for index in range(60):
        size = rng.randint(3, 80)
        levels = rng.choice([3, 6, 10000])
        x = [rng.randint(0, levels) / levels for _ in range(size)]
        y = [a * rng.random() + rng.randint(0, levels) / levels for a in x]
        if len(set(x)) < 2 or len(set(y)) < 2:
            continue
        cases.append(
            {"x": x, "y": y, "pearson": stats.pearsonr(x, y)[0], "spearman": stats.spearmanr(x, y)[0]}
        )
    return cases


def bitext_cases(rng):
    cases = []
    for _ in range(20):
        size = rng.randint(1, 60)
        predicted = [row if rng.random() < 0.7 else rng.randrange(size) for row in range(size)]
        gold = list(range(size))
        cases.append(
            {
                "predicted": predicted,
                "accuracy": accuracy_score(gold, predicted),
                "f1": f1_score(gold, predicted, average="weighted", zero_division=0),
            }
        )
    return cases


def interval_cases():
    """Intervals are random; they agree within Monte Carlo error, which the test allows for."""
    generator = np.random.default_rng(SEED)
    cases = []
    for size in (40, 250):
        skewed = generator.exponential(1.0, size)
        result = {}
        for ours, theirs in (("percentile", "percentile"), ("bca", "BCa")):
            low, high = stats.bootstrap(
                (skewed,), np.mean, n_resamples=200_000, batch=1000, method=theirs, rng=generator
            ).confidence_interval
            result[ours] = [low, high]
        other = skewed * 0.9 + generator.normal(0, 0.3, size)
        test = stats.permutation_test(
            (skewed, other),
            lambda a, b, axis: np.mean(a - b, axis=axis),
            permutation_type="samples",
            vectorized=True,
            n_resamples=200_000,
            batch=1000,
            rng=generator,
        )
        cases.append(
            {"values": skewed.tolist(), "other": other.tolist(), "intervals": result, "pValue": test.pvalue}
        )
    return cases


def main(folder):
    rng = random.Random(SEED)
    packages = ["pytrec_eval-terrier", "mteb", "scipy", "scikit-learn", "numpy"]
    fixture = {
        "generator": "Tools/reference/make_metric_fixtures.py",
        "seed": SEED,
        "versions": {name: version(name) for name in packages},
        "retrieval": retrieval_cases(rng),
        "correlation": correlation_cases(rng),
        "bitext": bitext_cases(rng),
        "intervals": interval_cases(),
        "normalQuantiles": {str(p): stats.norm.ppf(p) for p in (1e-9, 0.001, 0.02, 0.025, 0.3, 0.5, 0.8, 0.975, 0.9999)},
    }
    path = Path(folder) / "metrics.json"
    path.write_text(json.dumps(fixture, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")
    print(f"{path}: {path.stat().st_size} bytes")


if __name__ == "__main__":
    main(sys.argv[1])
