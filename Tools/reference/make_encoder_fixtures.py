"""Golden fixtures of the encoder: tiny random XLM-RoBERTa and BERT, with hidden states by transformers.

Writes Tests/EncoderTests/Fixtures/{tiny-xlm-roberta,tiny-bert}: the model as safetensors and as
pytorch_model.bin, and expected.json with token ids, hidden states and what the Pooling modules of
sentence-transformers make of them. Seeds and versions stand in expected.json.

    python Tools/reference/make_encoder_fixtures.py
"""

import json
import pathlib

import sentence_transformers
import torch
import transformers
from sentence_transformers.models import Pooling

ROOT = pathlib.Path(__file__).resolve().parents[2] / "Tests" / "EncoderTests" / "Fixtures"
SEED = 20261124
LENGTHS = [1, 2, 3, 7, 16, 40, 62]
MODES = ["cls", "lasttoken", "max", "mean", "mean_sqrt_len_tokens", "weightedmean"]
SHAPE = dict(
    vocab_size=97, hidden_size=24, num_hidden_layers=2, num_attention_heads=3,
    intermediate_size=40, hidden_act="gelu",
)


def models():
    xlm = transformers.XLMRobertaConfig(
        **SHAPE, max_position_embeddings=64, type_vocab_size=1, pad_token_id=1,
        layer_norm_eps=1e-5)
    bert = transformers.BertConfig(
        **SHAPE, max_position_embeddings=62, type_vocab_size=2, pad_token_id=0,
        layer_norm_eps=1e-12)
    yield "tiny-xlm-roberta", transformers.XLMRobertaModel(xlm, add_pooling_layer=False), 1
    yield "tiny-bert", transformers.BertModel(bert, add_pooling_layer=False), 0


def randomise(model):
    """Larger numbers than the initialisation gives, so that errors show."""
    for name, parameter in model.named_parameters():
        torch.nn.init.normal_(parameter, std=0.3)
        if "LayerNorm.weight" in name:
            parameter.data += 1.0


def expected(model, pad):
    """Every sequence on its own and in one padded batch; both must agree."""
    sequences = [torch.randint(5, SHAPE["vocab_size"], (n,)) for n in LENGTHS]
    width = max(LENGTHS)
    ids = torch.full((len(LENGTHS), width), pad)
    mask = torch.zeros((len(LENGTHS), width), dtype=torch.long)
    for row, sequence in enumerate(sequences):
        ids[row, : len(sequence)] = sequence
        mask[row, : len(sequence)] = 1
    with torch.no_grad():
        padded = model(input_ids=ids, attention_mask=mask).last_hidden_state
        alone = [model(input_ids=s[None]).last_hidden_state[0] for s in sequences]
    for row, states in enumerate(alone):
        assert torch.allclose(padded[row, : len(states)], states, atol=1e-5)
    pooled = {}
    for mode in MODES:
        pooling = Pooling(SHAPE["hidden_size"], pooling_mode=mode)
        features = {"token_embeddings": padded.float(), "attention_mask": mask}
        pooled[mode] = pooling(features)["sentence_embedding"].tolist()
    return {
        "sequences": [s.tolist() for s in sequences],
        "hidden_states": [states.flatten().tolist() for states in alone],
        "pooled": pooled,
    }


def main():
    for name, model, pad in models():
        torch.manual_seed(SEED)
        randomise(model)
        model.eval()
        folder = ROOT / name
        model.save_pretrained(folder)
        torch.save(model.state_dict(), folder / "pytorch_model.bin")
        result = expected(model.double(), pad)
        result["made_by"] = {
            "script": "Tools/reference/make_encoder_fixtures.py", "seed": SEED,
            "torch": torch.__version__, "transformers": transformers.__version__,
            "sentence_transformers": sentence_transformers.__version__,
        }
        text = json.dumps(result)
        (folder / "expected.json").write_text(text + "\n")


main()
