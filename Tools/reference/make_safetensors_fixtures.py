"""Golden fixtures of the weight files, written by safetensors and torch themselves.

Writes Tests/SafetensorsTests/Fixtures: the same small tensors in every number format as safetensors,
as a sharded checkpoint with its index, as PyTorch zip checkpoints (one with awkward strides, one of
the format before PyTorch 1.6, hostile ones that must not be run), and expected.json with the numbers
as the reference reads them back. Seed and versions stand in expected.json.

    python Tools/reference/make_safetensors_fixtures.py
"""

import collections
import json
import os
import pathlib
import struct

import numpy
import safetensors
import safetensors.torch
import torch

ROOT = pathlib.Path(__file__).resolve().parents[2] / "Tests" / "SafetensorsTests" / "Fixtures"
SEED = 20261124
FLOATS = {"f64": torch.float64, "f32": torch.float32, "f16": torch.float16, "bf16": torch.bfloat16}
INTEGERS = {"i64": torch.int64, "i32": torch.int32, "i16": torch.int16, "i8": torch.int8,
            "u8": torch.uint8}


def tensors():
    """One matrix per format, and the shapes that are special: scalar, vector, cube, empty."""
    base = torch.randn(3, 5) * 3
    out = {f"matrix.{name}": base.to(kind) for name, kind in FLOATS.items()}
    for name, kind in INTEGERS.items():
        out[f"matrix.{name}"] = torch.randint(0, 100, (3, 5)).to(kind)
    out["matrix.bool"] = torch.randint(0, 2, (3, 5)).bool()
    out["scalar"] = torch.tensor(2.5)
    out["vector"] = torch.randn(7)
    out["cube"] = torch.randn(2, 3, 4)
    out["empty"] = torch.zeros(0, 4)
    out["gömme.ağırlık"] = torch.randn(2, 2)
    return out


def strided():
    """Views that torch.save keeps as views: transposed, sliced, offset, shared."""
    base = torch.randn(6, 4)
    cube = torch.randn(2, 3, 4)
    return collections.OrderedDict(
        plain=base, transposed=base.t(), offset=base[2:5], columns=base[:, 1:3], every_other=base[::2],
        permuted=cube.permute(2, 0, 1), row=base[3], one=base[4:5].t(),
        half_transposed=base.half().t(), parameter=torch.nn.Parameter(torch.randn(2, 3)),
        empty=torch.zeros(0, 3).t(),
    )


def numbers(values):
    """Floating-point tensors as the reference converts them to f32, row-major."""
    return {
        name: {"shape": list(t.shape), "values": t.detach().to(torch.float32).flatten().tolist()}
        for name, t in values.items() if t.is_floating_point()
    }


def halves():
    """Rounding of f32 to 16 bits: random bit patterns and every kind of edge, by torch."""
    edges = [0x00000000, 0x80000000, 0x33000000, 0x33000001, 0x337FFFFF, 0x33800000, 0x387FC000,
             0x387FE000, 0x387FFFFF, 0x38800000, 0x38801000, 0x38803000, 0x477FEFFF, 0x477FF000,
             0x7F7FFFFF, 0x7F800000, 0xFF800000, 0x3F808000, 0x3F818000, 0x00000001, 0x007FFFFF]
    random = numpy.random.default_rng(SEED).integers(0, 2**32, 400, dtype=numpy.uint32)
    bits = numpy.array(edges, dtype=numpy.uint32)
    bits = numpy.concatenate([bits, random, bits ^ 1, bits ^ 0x80000000])
    values = torch.from_numpy(bits.view(numpy.float32).copy())
    values = values[~values.isnan()]
    return {
        "bits": values.numpy().view(numpy.uint32).tolist(),
        "f16": values.half().numpy().view(numpy.uint16).tolist(),
        "bf16": values.bfloat16().view(torch.int16).numpy().view(numpy.uint16).tolist(),
    }


class Runs:
    """Unpickled by anything but a restricted reader, this runs a command."""

    def __reduce__(self):
        return os.system, ("false",)


def write():
    torch.manual_seed(SEED)
    ROOT.mkdir(parents=True, exist_ok=True)
    whole = tensors()
    views = strided()
    safetensors.torch.save_file(whole, ROOT / "formats.safetensors", metadata={"format": "pt", "dil": "Türkçe"})
    torch.save(whole, ROOT / "formats.bin")
    torch.save(views, ROOT / "strided.bin")
    torch.save({"state_dict": {"vector": whole["vector"]}, "epoch": 3, "losses": [1.0, 0.5]},
               ROOT / "nested.bin")
    torch.save(whole, ROOT / "legacy.bin", _use_new_zipfile_serialization=False)
    torch.save({"vector": whole["vector"], "evil": Runs()}, ROOT / "hostile.bin")
    shards()
    expected = {
        "seed": SEED, "torch": torch.__version__, "safetensors": safetensors.__version__,
        "formats": numbers(whole), "strided": numbers(views), "halves": halves(),
    }
    (ROOT / "expected.json").write_text(json.dumps(expected, ensure_ascii=False))


def shards():
    """A checkpoint in two files, as transformers splits it."""
    folder = ROOT / "sharded"
    folder.mkdir(exist_ok=True)
    parts = {"model-00001-of-00002.safetensors": {"a": torch.arange(6.0).reshape(2, 3)},
             "model-00002-of-00002.safetensors": {"b": torch.arange(4.0)}}
    for name, part in parts.items():
        safetensors.torch.save_file(part, folder / name)
    index = {"metadata": {"total_size": 40.0},
             "weight_map": {t: name for name, part in parts.items() for t in part}}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index, indent=2))


if __name__ == "__main__":
    assert struct.pack("=H", 1) == b"\1\0", "the fixtures are little-endian"
    write()
