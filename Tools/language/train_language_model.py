#!/usr/bin/env python3
"""Trains the language model of the corpus filters and writes it as Swift source.

    apt-get download PACKAGES            (any with gettext catalogues)
    dpkg-deb --fsys-tarfile FILE.deb | tar x -C DIR/PACKAGE --wildcards '*/LC_MESSAGES/*.mo'     (each)
    python3 Tools/language/train_language_model.py --root DIR --turkish DIR_OF_JSONL_GZ \
        --out Sources/Corpus/Language/LanguageModel+Weights.swift --test /tmp/language-test.jsonl

DIR holds one folder per Debian package with its gettext catalogues. Packages whose name hashes to a
fifth are held out: they make the test set, which Tools/corpus/compare_language.py measures on. Without
--out nothing is trained and only the test set is written, from packages of HELD_OUT or others of that
fifth. Only the weights are kept in the repository; the texts stay under their own licences. Which
packages the committed weights saw was not written down; that they saw none of that fifth is certain.

The model: softmax over hashed runs of 1 to 4 letters (2^14 buckets), the sum of their weights divided
by the square root of their number; Adam on mini-batches; seed 20261125; int8 weights. The steps from
text to buckets are those of Sources/Corpus/Language/LanguageFeatures.swift.
"""
import argparse
import base64
import gettext
import glob
import gzip
import hashlib
import json
import os
import random
import re

import numpy as np

CODES = ["tr", "az", "tk", "uz", "crh", "ku", "en", "de", "fr", "es", "id", "xx"]
LOCALES = {
    "tr": ["tr"], "az": ["az"], "tk": ["tk"], "uz": ["uz", "uz@Latn", "uz@latin"], "crh": ["crh"],
    "ku": ["ku"], "de": ["de"], "fr": ["fr"], "es": ["es"], "id": ["id", "ms"],
    "xx": ["it", "pt", "nl", "pl", "ro", "hu", "fi", "sv", "sq", "lt", "lv", "et", "bs", "hr", "sk", "cs",
           "ru", "bg", "el", "ar", "fa", "kk", "ky", "tt", "uz@cyrillic", "ug"],
}
# Packages of the held-out fifth with catalogues in the neighbours of Turkish (Debian 12).
HELD_OUT = """
    libgtk-3-common gedit-common gnome-terminal-data file-roller evince-common gnome-screenshot
    gucharmap network-manager iso-codes xkb-data vinagre gnome-nettool gnome-mahjongg quadrapassel
    swell-foop five-or-more gnome-chess gnome-tetravex dasher-data pidgin-data
    mate-control-center-common eom-common mate-applets-common mate-settings-daemon-common
    mate-power-manager-common xfce4-panel thunar ristretto exo-utils galculator
    software-properties-common apt bash gettext binutils-common flatpak snapd onboard accerciser
    mate-polkit-common gnome-icon-theme transmission-common terminator bluefish-data freeciv-data
    konsole kwin-data gnome-photos gnome-builder lightdm-gtk-greeter
"""
BITS = 14
FNV = 0xCBF29CE484222325
PRIME = 0x100000001B3
MASK = (1 << 64) - 1
PER_CODE = 60_000


def small(value):
    if 0x41 <= value <= 0x5A: return value + 32
    if 0x61 <= value <= 0x7A: return value
    if value in (0x27, 0x60, 0xB4, 0x2018, 0x2019, 0x02BB, 0x02BC): return 0x27
    if value < 0xC0 or value in (0xD7, 0xF7): return 32
    if value <= 0xDE: return value + 32
    if value == 0x130: return 0x69
    if 0x139 <= value <= 0x148 or 0x179 <= value <= 0x17E: return value + value % 2
    if 0x100 <= value <= 0x177: return value + 1 - value % 2
    if value == 0x18F: return 0x259
    if value <= 0x36F: return value
    if 0x2000 <= value <= 0x2BFF: return 32
    return 0x370 + (value >> 7)


def letters(text):
    out = [32]
    for character in text:
        letter = small(ord(character))
        if letter != 32 or out[-1] != 32:
            out.append(letter)
    if out[-1] != 32:
        out.append(32)
    return np.array(out, dtype=np.uint64)


def finish(z):
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


def buckets(text):
    run = letters(text)
    found = []
    hashes = np.full(len(run), FNV, dtype=np.uint64)
    for size in range(1, 5):
        count = len(run) - size + 1
        if count <= 0:
            break
        hashes = (hashes[:count] ^ run[size - 1:size - 1 + count]) * np.uint64(PRIME)
        found.append((finish(hashes) >> np.uint64(64 - BITS)).astype(np.int32))
    return np.concatenate(found)


MARKUP = re.compile(r"<[^>]*>|&[a-zA-Z]+;|%[-0-9.$]*[a-zA-Z]|\{[^}]*\}|\$\w+|[_&](?=\w)|\\n|https?://\S+")


def clean(text):
    text = MARKUP.sub(" ", text)
    text = " ".join(text.split())
    return text if sum(c.isalpha() for c in text) >= 12 and " " in text else None


def catalogue(path):
    try:
        with open(path, "rb") as file:
            return gettext.GNUTranslations(file)._catalog
    except Exception:
        return {}


def is_held_out(package):
    return hashlib.sha256(package.encode()).digest()[0] % 5 == 0


def collect(root):
    """{code: {"train": set, "test": set}} of cleaned strings; the English ones are the message ids."""
    texts = {code: {"train": set(), "test": set()} for code in CODES}
    for package in sorted(os.listdir(root)):
        part = "test" if is_held_out(package) else "train"
        for code in CODES:
            for locale in LOCALES.get(code, []):
                for path in glob.glob(f"{root}/{package}/**/{locale}/LC_MESSAGES/*.mo", recursive=True):
                    for key, value in catalogue(path).items():
                        source = key[0] if isinstance(key, tuple) else key
                        source = clean(source.split("\x04")[-1].split("\0")[0]) if source else None
                        target = clean(value.split("\0")[0]) if value else None
                        if source and code == "tr":
                            texts["en"][part].add(source)
                        if target and target != source:
                            texts[code][part].add(target)
    return texts


def joined(pool, rng, count):
    """Strings of a pool, one to four joined, so that lengths spread from a few words to a paragraph."""
    pool = sorted(pool)
    out = []
    while len(out) < count and pool:
        out.append(". ".join(rng.choice(pool) for _ in range(rng.choice([1, 1, 1, 2, 2, 3, 4]))))
    return out


def batch_matrix(examples):
    rows = np.concatenate([np.full(len(e), i) for i, e in enumerate(examples)])
    columns = np.concatenate(examples)
    weights = np.concatenate([np.full(len(e), 1 / np.sqrt(len(e)), dtype=np.float32) for e in examples])
    return rows, columns, weights


def train(examples, labels, rng, epochs=3, size=256, rate=0.05):
    from scipy.sparse import csr_matrix

    count = len(CODES)
    W = np.zeros((1 << BITS, count), dtype=np.float32)
    b = np.zeros(count, dtype=np.float32)
    m, v = np.zeros_like(W), np.zeros_like(W)
    step = 0
    order = list(range(len(examples)))
    for epoch in range(epochs):
        rng.shuffle(order)
        loss = 0.0
        for start in range(0, len(order), size):
            chosen = order[start:start + size]
            rows, columns, weights = batch_matrix([examples[i] for i in chosen])
            X = csr_matrix((weights, (rows, columns)), shape=(len(chosen), 1 << BITS))
            y = labels[chosen]
            logits = X @ W + b
            logits -= logits.max(1, keepdims=True)
            p = np.exp(logits)
            p /= p.sum(1, keepdims=True)
            loss -= np.log(p[np.arange(len(chosen)), y] + 1e-9).sum()
            p[np.arange(len(chosen)), y] -= 1
            grad = (X.T @ p) / len(chosen) + 1e-6 * W
            step += 1
            m = 0.9 * m + 0.1 * grad
            v = 0.999 * v + 0.001 * grad * grad
            lr = rate * (1 - start / len(order) * 0.5) / (1 + epoch)
            W -= lr * (m / (1 - 0.9**step)) / (np.sqrt(v / (1 - 0.999**step)) + 1e-6)
            b -= 0.05 * p.mean(0)
        print(f"epoch {epoch + 1}: loss {loss / len(order):.4f}", flush=True)
    return W, b


def write_swift(path, W, b):
    scale = np.abs(W).max() / 127
    # A few outliers would cost every other weight its precision.
    scale = min(scale, np.quantile(np.abs(W), 0.9995) / 127)
    table = np.clip(np.round(W / scale), -127, 127).astype(np.int8)
    text = base64.b64encode(table.tobytes()).decode()
    codes = " ".join(CODES)
    numbers = " ".join(f"{x:.6g}" for x in [scale, *b])
    with open(path, "w") as out:
        out.write(SOURCE.format(codes=codes, numbers=numbers, table=text))


SOURCE = """// Made by Tools/language/train_language_model.py; not to be edited.
// swift-format-ignore-file

extension LanguageModel {{
    /// Languages, in the order of the columns.
    static let codeList = "{codes}"
    /// Scale of the table, then one bias per language.
    static let numbers = "{numbers}"
    /// Base64 of the int8 table `[bucket, language]`.
    static let encodedTable = "{table}"
}}
"""


def train_all(texts, rng):
    examples, labels = [], []
    for index, code in enumerate(CODES):
        pool = texts[code]["train"]
        for text in joined(pool, rng, min(PER_CODE, 6 * len(pool)) * (2 if code == "tr" else 1)):
            examples.append(buckets(text[:400]))
            labels.append(index)
    return train(examples, np.array(labels), rng)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--root", required=True)
    parser.add_argument("--turkish", help="folder of .jsonl.gz with Turkish prose (optional)")
    parser.add_argument("--out", help="Swift source of the weights; without it only the test set is made")
    parser.add_argument("--test", required=True)
    options = parser.parse_args()
    rng = random.Random(20261125)
    texts = collect(options.root)
    if options.turkish:
        for path in sorted(glob.glob(f"{options.turkish}/*.jsonl.gz")):
            with gzip.open(path, "rt") as lines:
                own = [json.loads(line)["text"] for line in lines]
            rng.shuffle(own)
            for number, text in enumerate(own[:6000]):
                text = clean(text[:300])
                if text:
                    texts["tr"]["test" if number % 10 == 0 else "train"].add(text)
    for code in CODES:
        print(code, len(texts[code]["train"]), len(texts[code]["test"]), flush=True)
    if options.out:
        write_swift(options.out, *train_all(texts, rng))
    with open(options.test, "w") as out:
        for code in CODES:
            pool = sorted(texts[code]["test"] - texts[code]["train"])
            rng.shuffle(pool)
            for text in pool[:2000]:
                out.write(json.dumps({"language": code, "text": text}, ensure_ascii=False) + "\n")


main()
