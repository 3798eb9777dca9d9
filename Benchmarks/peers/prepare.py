"""Exports multilingual-e5-small for the peers: ONNX f32 and int8, OpenVINO IR, CTranslate2.

    python prepare.py MODEL_FOLDER EXPORT_FOLDER

Each form is made the way its makers advise for speed on a CPU: the ONNX graph is fused by ONNX Runtime's
transformer optimizer before it is quantised dynamically, per output channel; OpenVINO converts the plain
export. A form that is there already is left alone.
"""

import pathlib
import sys
import warnings

warnings.filterwarnings("ignore")


def export_onnx(model_folder, file):
    import torch
    from transformers import AutoModel

    class HiddenStates(torch.nn.Module):
        def __init__(self, model):
            super().__init__()
            self.model = model

        def forward(self, input_ids, attention_mask):
            return self.model(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state

    # The eager attention is the one whose graph the optimizer knows.
    model = AutoModel.from_pretrained(model_folder, attn_implementation="eager").eval()
    ids = torch.randint(5, 1000, (2, 16))
    names = ["input_ids", "attention_mask"]
    torch.onnx.export(
        HiddenStates(model), (ids, torch.ones_like(ids)), str(file), input_names=names,
        output_names=["hidden"], opset_version=17, dynamo=False,
        dynamic_axes={name: {0: "batch", 1: "tokens"} for name in names + ["hidden"]})


def fuse(source, file):
    from onnxruntime.transformers import optimizer

    model = optimizer.optimize_model(
        str(source), model_type="bert", num_heads=12, hidden_size=384, opt_level=1)
    fused = model.get_fused_operator_statistics()
    # The premise of a fair comparison: a graph that failed to fuse would be twice as slow.
    assert fused["Attention"] == 12 and fused["SkipLayerNormalization"] == 24, fused
    model.save_model_to_file(str(file))


def quantize(source, file):
    from onnxruntime.quantization import QuantType, quantize_dynamic

    quantize_dynamic(
        str(source), str(file), weight_type=QuantType.QInt8, per_channel=True,
        extra_options={"DefaultTensorType": 1})


def convert_openvino(source, file):
    import openvino

    openvino.save_model(openvino.convert_model(str(source)), str(file), compress_to_fp16=False)


def convert_ctranslate2(model_folder, folder):
    import ctranslate2

    ctranslate2.converters.TransformersConverter(str(model_folder)).convert(
        str(folder), quantization=None)


def main():
    model_folder, target = map(pathlib.Path, sys.argv[1:3])
    target.mkdir(parents=True, exist_ok=True)
    plain = target / "plain.onnx"
    steps = [
        (plain, lambda file: export_onnx(model_folder, file)),
        (target / "f32.onnx", lambda file: fuse(plain, file)),
        (target / "int8.onnx", lambda file: quantize(target / "f32.onnx", file)),
        (target / "openvino.xml", lambda file: convert_openvino(plain, file)),
        (target / "ctranslate2", lambda folder: convert_ctranslate2(model_folder, folder)),
    ]
    for path, make in steps:
        if not path.exists():
            print(f"making {path.name}", file=sys.stderr)
            make(path)


if __name__ == "__main__":
    main()
