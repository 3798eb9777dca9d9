"""Golden stems for TurkishText's Snowball stemmer, from `snowballstemmer`.

The words are those of Samples/sss-tr (written for this project), and made-up ones: random syllables with
random chains of suffixes, which reach the corners of the grammar that real words seldom see.

    python Tools/reference/make_stemmer_fixtures.py Tests/TurkishTextTests/Fixtures
"""

import json
import random
import sys
from importlib.metadata import version
from pathlib import Path

import snowballstemmer

SEED = 20261124
MADE_UP = 6000
SUFFIXES = """lar ler ları leri m n mız niz muz nüz ı i u ü sı si yı yi ya ye na ne nda nde ndan nden da de ta te
dan den tan ten ın in nın nin la le yla yle ca ce nca nce ım im yım yim sın sin ız iz yız yiz sınız siniz dır dir
tur tür casına cesine dı di tı ti dık dik dım dim dın din sa se sak sek sam sem san sen ydı ydi ysa yse mış miş muş
müş ymış ymiş ken yken ki daki deki ndaki ndeki nınki ninki""".split()


def words(folder):
    """The distinct words of a data set, in Turkish lower case, without what follows an apostrophe."""
    for name in ("corpus.jsonl", "queries.jsonl"):
        for line in (folder / name).read_text(encoding="utf-8").splitlines():
            record = json.loads(line)
            for word in f"{record.get('title', '')} {record['text']}".replace("’", "'").split():
                word = word.replace("I", "ı").replace("İ", "i").lower().split("'")[0]
                word = "".join(letter for letter in word if letter.isalpha())
                if word:
                    yield word


def made_up(rng):
    consonants, vowels = "bcçdfgğhjklmnprsştvyz", "aeıioöuü"
    syllables = "".join(
        rng.choice(consonants) * (rng.random() < 0.8) + rng.choice(vowels) + rng.choice(consonants) * (rng.random() < 0.4)
        for _ in range(rng.randint(1, 2))
    )
    return syllables + "".join(rng.choice(SUFFIXES) for _ in range(rng.randint(0, 4)))


def main(folder):
    rng = random.Random(SEED)
    sample = Path(__file__).parents[2] / "Samples/sss-tr"
    stemmer = snowballstemmer.stemmer("turkish")
    chosen = {"", "a", "ad", "adı", "soyadı", "kalbi", "radyoloğu"}
    chosen |= set(words(sample)) | {made_up(rng) for _ in range(MADE_UP)}
    fixture = {
        "generator": "Tools/reference/make_stemmer_fixtures.py",
        "seed": SEED,
        "versions": {"snowballstemmer": version("snowballstemmer")},
        "words": [[word, stemmer.stemWord(word)] for word in sorted(chosen)],
    }
    path = Path(folder) / "stems.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(fixture, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")
    print(f"{path}: {len(chosen)} words, {path.stat().st_size} bytes")


if __name__ == "__main__":
    main(sys.argv[1])
