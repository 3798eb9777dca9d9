#!/usr/bin/env python3
"""Personal data: `ajan corpus scrub`, kvkk and presidio-analyzer on the generated set.

    python3 Tools/reference/personal_data_set.py --per-type 2000 > /tmp/personal-data.jsonl
    python3 Tools/corpus/compare_personal_data.py /tmp/personal-data.jsonl

A true value counts as found when a match of its type covers it; a look-alike counts as wrong when a
match of its type touches it. kvkk runs with its defaults. presidio runs its pattern recognisers, its
Turkish ones where it has them, without a language model, on --limit lines per type and label: it is slow.
"""
import argparse
import collections
import json
import logging
import subprocess

PRESIDIO = {"iban": "IBAN_CODE", "payment-card": "CREDIT_CARD", "phone": "PHONE_NUMBER",
            "email": "EMAIL_ADDRESS", "ip-address": "IP_ADDRESS", "mac-address": "MAC_ADDRESS",
            "national-id": "TR_NATIONAL_ID", "number-plate": "TR_LICENSE_PLATE"}

KVKK = {"iban": "iban", "payment-card": "credit_card", "phone": "phone", "email": "email",
        "national-id": "tckn", "tax-number": "vkn", "number-plate": "plate", "ip-address": "ip"}


def ours(ajan, lines):
    run = subprocess.run([ajan, "corpus", "scrub", "--matches"], text=True, capture_output=True,
                         input="\n".join(line["text"] for line in lines) + "\n", check=True)
    return [[(m["type"], m["start"], m["end"]) for m in json.loads(row)]
            for row in run.stdout.splitlines()]


def presidio(lines):
    logging.getLogger("tldextract").setLevel(logging.CRITICAL)  # it goes on without its list
    from presidio_analyzer import predefined_recognizers as known
    names = ["IbanRecognizer", "CreditCardRecognizer", "EmailRecognizer", "IpRecognizer",
             "MacAddressRecognizer", "TrNationalIdRecognizer", "TrLicensePlateRecognizer"]
    recognizers = [getattr(known, n)() for n in names if hasattr(known, n)]
    recognizers.append(known.PhoneRecognizer(supported_regions=("TR",)))
    types = {value: key for key, value in PRESIDIO.items()}
    results = []
    for line in lines:
        found = []
        for recognizer in recognizers:
            for match in recognizer.analyze(line["text"], recognizer.supported_entities, None) or []:
                if match.entity_type in types:
                    start = len(line["text"][:match.start].encode())
                    end = len(line["text"][:match.end].encode())
                    found.append((types[match.entity_type], start, end))
        results.append(found)
    return results


def kvkk_found(lines):
    import kvkk
    types = {value: key for key, value in KVKK.items()}
    return [[(types[m.kind], len(line["text"][:m.start].encode()), len(line["text"][:m.end].encode()))
             for m in kvkk.detect(line["text"]) if m.kind in types] for line in lines]


def report(name, lines, results):
    counts = collections.defaultdict(lambda: [0, 0, 0, 0])
    for line, found in zip(lines, results):
        start = len(line["text"][:line["text"].index(line["value"])].encode())
        end = start + len(line["value"].encode())
        own = [(s, e) for kind, s, e in found if kind == line["type"]]
        row = counts[line["type"]]
        if line["label"]:
            row[0] += 1
            row[1] += any(s <= start and e >= end for s, e in own)
        else:
            row[2] += 1
            row[3] += any(s < end and e > start for s, e in own)
    print(name)
    for kind, (trues, hit, others, wrong) in sorted(counts.items()):
        print(f"  {kind:15} recall {hit}/{trues} = {hit / trues:.4f}   "
              f"false positives {wrong}/{others} = {wrong / others:.4f}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("set")
    parser.add_argument("--ajan", default=".build/release/ajan")
    parser.add_argument("--limit", type=int, default=2000)
    options = parser.parse_args()
    lines = [json.loads(line) for line in open(options.set)]
    report("ajan", lines, ours(options.ajan, lines))
    known = [line for line in lines if line["type"] in KVKK]
    report("kvkk", known, kvkk_found(known))
    taken, part = collections.Counter(), []
    for line in lines:
        taken[line["type"], line["label"]] += 1
        if line["type"] in PRESIDIO and taken[line["type"], line["label"]] <= options.limit:
            part.append(line)
    report("presidio-analyzer", part, presidio(part))


main()
