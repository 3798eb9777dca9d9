"""Golden token ids of a vocabulary that folds case and marks, as `tokenizers` gives them.

Writes Tests/TokenizationTests/Fixtures:
  folded.model     a small vocabulary by Tools/vocabulary/train_vocabulary.py, from Samples/sss-tr
  folded.json      the texts of hostile.json and the questions of Samples/sss-tr, with their ids

    python Tools/reference/make_folding_fixture.py
"""

import json
import pathlib
import sys

import sentencepiece.sentencepiece_model_pb2 as protobuf
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

ROOT = pathlib.Path(__file__).resolve().parents[2]
FIXTURES = ROOT / "Tests" / "TokenizationTests" / "Fixtures"
SAMPLES = ROOT / "Samples" / "sss-tr"
PIECES = 600
SPECIALS = ["<s>", "<pad>", "</s>", "<unk>"]

sys.path.insert(0, str(ROOT / "Tools" / "vocabulary"))
from train_vocabulary import train  # noqa: E402


def texts(name):
    return [json.loads(line)["text"] for line in (SAMPLES / name).read_text(encoding="utf-8").splitlines()]


def tokenizer(model):
    """What `transformers` makes of an XLM-RoBERTa SentencePiece model."""
    proto = protobuf.ModelProto()
    proto.ParseFromString(model.read_bytes())
    pieces = [(special, 0.0) for special in SPECIALS]
    pieces += [(piece.piece, piece.score) for piece in proto.pieces[3:]] + [("<mask>", 0.0)]
    made = Tokenizer(models.Unigram(pieces, unk_id=3))
    made.add_special_tokens([*SPECIALS, "<mask>"])
    made.normalizer = normalizers.Precompiled(proto.normalizer_spec.precompiled_charsmap)
    made.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace(prepend_scheme="always")])
    made.post_processor = processors.TemplateProcessing("<s> $0 </s>", special_tokens=[("<s>", 0), ("</s>", 2)])
    return made


def main():
    model = FIXTURES / "folded.model"
    train(texts("corpus.jsonl"), PIECES, model)
    reference = tokenizer(model)
    chosen = json.loads((FIXTURES / "hostile.json").read_text())["texts"] + texts("queries.jsonl")
    ids = [encoding.ids for encoding in reference.encode_batch(chosen)]
    (FIXTURES / "folded.json").write_text(json.dumps({"texts": chosen, "ids": ids}) + "\n")


main()
