"""What each way to round linear layers to 8 bits costs, before it is written as a kernel.

    python Tools/reference/quantization_choices.py MODEL --data ../shared/eval/turhistquad [--texts 200]

Rounds weights and activations of a transformer in f32 arithmetic (`transformers`) and prints mean and least
cosine of the mean-pooled vectors to those of the unrounded model.
"""

import argparse
import json
import pathlib

import torch
from transformers import AutoModel, AutoTokenizer


def rounded(numbers, steps):
    return (numbers / steps).round() * steps


def weights_to_127(weights):
    """127 steps to the largest weight of each output channel."""
    return rounded(weights, weights.abs().amax(1, keepdim=True) / 127)


def weights_to_63(weights):
    """7 bits: any pair times bytes of 255 fits 16 bits."""
    return rounded(weights, weights.abs().amax(1, keepdim=True) / 63)


def weights_with_pairs(weights):
    """127 steps to the largest weight or sum of two neighbours: pairs times bytes of 255 fit 16 bits."""
    sums = weights.view(len(weights), -1, 2).sum(2).abs().amax(1, keepdim=True)
    return rounded(weights, torch.maximum(weights.abs().amax(1, keepdim=True), sums) / 127)


def activations_to_127(rows):
    """127 steps to either side of 0, per token."""
    return rounded(rows, rows.abs().amax(-1, keepdim=True) / 127)


def activations_over_range(rows):
    """254 steps over the range of the token and 0."""
    above, below = rows.amax(-1, keepdim=True).clamp(min=0), rows.amin(-1, keepdim=True).clamp(max=0)
    return rounded(rows, (above - below) / 254)


WEIGHTS = {"f32": None, "127": weights_to_127, "pairs": weights_with_pairs, "63": weights_to_63}
ACTIVATIONS = {"f32": None, "127": activations_to_127, "range": activations_over_range}


class Experiment:
    def __init__(self, folder, texts):
        self.folder = folder
        self.tokenizer = AutoTokenizer.from_pretrained(folder)
        self.texts = sorted(texts, key=len)

    def model(self, weights, activations):
        model = AutoModel.from_pretrained(self.folder).eval()
        for module in model.encoder.modules():
            if isinstance(module, torch.nn.Linear):
                if weights:
                    module.weight.data = weights(module.weight.data)
                if activations:
                    module.register_forward_pre_hook(lambda _, inputs: (activations(inputs[0]),))
        return model

    @torch.no_grad()
    def vectors(self, weights, activations):
        model, out = self.model(weights, activations), []
        for start in range(0, len(self.texts), 16):
            batch = self.tokenizer(
                self.texts[start:start + 16], padding=True, truncation=True, max_length=512,
                return_tensors="pt")
            kept = batch.attention_mask[..., None].float()
            mean = (model(**batch).last_hidden_state * kept).sum(1) / kept.sum(1)
            out.append(torch.nn.functional.normalize(mean, dim=1))
        return torch.cat(out)


def texts_of(data, count):
    texts = []
    for name, prompt in (("queries", "query: "), ("corpus", "passage: ")):
        for line in (data / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
            texts.append(prompt + json.loads(line)["text"])
    return texts[::max(1, len(texts) // count)][:count]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model")
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--texts", type=int, default=200)
    options = parser.parse_args()
    experiment = Experiment(options.model, texts_of(options.data, options.texts))
    exact = experiment.vectors(None, None)
    print("| weights | activations | mean cosine | least |\n|---|---|---|---|")
    for weights in WEIGHTS:
        for activations in ACTIVATIONS:
            if weights == activations == "f32":
                continue
            found = experiment.vectors(WEIGHTS[weights], ACTIVATIONS[activations])
            cosines = (found * exact).sum(1)
            print(f"| {weights} | {activations} | {cosines.mean():.5f} | {cosines.min():.5f} |", flush=True)


if __name__ == "__main__":
    main()
