"""A FastAPI server over ONNX Runtime int8 with OpenAI's form: the peer that people would write.

    python onnx_server.py export MODEL_DIR OUT_DIR
    python onnx_server.py serve OUT_DIR --port 8091 --threads 2
"""

import argparse
from pathlib import Path


def export(model_dir, out_dir):
    """Exports the encoder and quantises its matrix products dynamically, per channel."""
    import torch
    from onnxruntime.quantization import QuantType, quantize_dynamic
    from transformers import AutoModel

    out_dir.mkdir(parents=True, exist_ok=True)

    class Encoder(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.model = AutoModel.from_pretrained(model_dir, attn_implementation="eager").eval()

        def forward(self, ids, mask):
            return self.model(input_ids=ids, attention_mask=mask).last_hidden_state

    ids = torch.ones(2, 16, dtype=torch.long)
    axes = {0: "batch", 1: "tokens"}
    torch.onnx.export(
        Encoder(), (ids, ids), out_dir / "model.onnx", dynamo=False, opset_version=17,
        input_names=["input_ids", "attention_mask"], output_names=["last_hidden_state"],
        dynamic_axes={name: axes for name in ("input_ids", "attention_mask", "last_hidden_state")},
    )
    quantize_dynamic(
        out_dir / "model.onnx", out_dir / "model-int8.onnx", per_channel=True,
        weight_type=QuantType.QInt8, op_types_to_quantize=["MatMul", "Gemm"],
    )
    (out_dir / "tokenizer.json").write_bytes((Path(model_dir) / "tokenizer.json").read_bytes())


def serve(folder, port, threads):
    import numpy
    import onnxruntime
    import uvicorn
    from fastapi import FastAPI
    from pydantic import BaseModel
    from tokenizers import Tokenizer

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(str(folder / "model-int8.onnx"), options)
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.enable_truncation(512)
    tokenizer.enable_padding(pad_id=1, pad_token="<pad>")

    class Body(BaseModel):
        input: str | list[str]
        input_type: str = "passage"

    app = FastAPI()

    @app.post("/v1/embeddings")
    def embeddings(body: Body):
        texts = [body.input] if isinstance(body.input, str) else body.input
        encoded = tokenizer.encode_batch([f"{body.input_type}: {text}" for text in texts])
        ids = numpy.array([e.ids for e in encoded], dtype=numpy.int64)
        mask = numpy.array([e.attention_mask for e in encoded], dtype=numpy.int64)
        (hidden,) = session.run(None, {"input_ids": ids, "attention_mask": mask})
        vectors = (hidden * mask[..., None]).sum(1) / mask.sum(1, keepdims=True)
        vectors /= numpy.linalg.norm(vectors, axis=1, keepdims=True)
        return {
            "object": "list", "model": "multilingual-e5-small",
            "data": [
                {"object": "embedding", "index": i, "embedding": v.tolist()}
                for i, v in enumerate(vectors)
            ],
        }

    uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    one = commands.add_parser("export")
    one.add_argument("model", type=Path)
    one.add_argument("out", type=Path)
    two = commands.add_parser("serve")
    two.add_argument("folder", type=Path)
    two.add_argument("--port", type=int, default=8091)
    two.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    if options.command == "export":
        export(options.model, options.out)
    else:
        serve(options.folder, options.port, options.threads)


if __name__ == "__main__":
    main()
