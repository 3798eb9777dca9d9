"""What each way to round linear layers to 8 bits costs, before it is written as a kernel.

    python Tools/reference/quantization_choices.py MODEL --data ../shared/eval/turhistquad [--texts 200]

Rounds weights and activations of a transformer in f32 arithmetic (`transformers`) and prints mean and least
cosine of the mean-pooled vectors to those of the unrounded model. The last rows also take a part of the large
inputs off them and put it onto the weights (SmoothQuant), as random tokens show them.
"""

import argparse
import json
import pathlib

import torch
from transformers import AutoModel, AutoTokenizer


def rounded(numbers, steps):
    return (numbers / steps).round() * steps


def weights_with_neighbours(count, steps):
    """`steps` steps to the largest sum of the weights of one sign of `count` neighbours.

    The kernels' quads are 0, 1, 4, 5 and 2, 3, 6, 7 of eight weights; here four lie side by side.
    """

    def round_weights(weights):
        groups = weights.view(len(weights), -1, count)
        sums = torch.maximum(groups.clamp(min=0).sum(2), groups.clamp(max=0).sum(2).neg())
        return rounded(weights, sums.amax(1, keepdim=True) / steps)

    return round_weights


def activations_to_127(rows):
    """127 steps to either side of 0, per token."""
    return rounded(rows, rows.abs().amax(-1, keepdim=True) / 127)


def activations_over_range(rows):
    """254 steps over the range of the token and 0."""
    above, below = rows.amax(-1, keepdim=True).clamp(min=0), rows.amin(-1, keepdim=True).clamp(max=0)
    return rounded(rows, (above - below) / 254)


def layers_by_inputs(model):
    """Linear layers that share their inputs, with the names of those inputs."""
    for layer in model.encoder.layer:
        attention = layer.attention
        yield "norm", [attention.self.query, attention.self.key, attention.self.value]
        yield "context", [attention.output.dense]
        yield "norm", [layer.intermediate.dense]
        yield "gelu", [layer.output.dense]


def smoothing_factors(largest, layers):
    """Quarter powers of 2 near the root of the largest input over the largest weight, of each input."""
    weights = torch.cat([layer.weight.data for layer in layers]).abs().amax(0)
    ratios = largest.clamp(min=1e-6) / weights.clamp(min=1e-6)
    quarters = (2 * (ratios / ratios.median()).log2()).round()
    return 2 ** (quarters.clamp(-8, 40) / 4)


# Products of pairs, quads, octets with bytes of 255 fit 16 bits in sum; rounding adds a half to each weight.
WEIGHTS = {
    "f32": None, "127": weights_with_neighbours(1, 127), "pairs": weights_with_neighbours(2, 127),
    "quads": weights_with_neighbours(4, 126.5), "octets": weights_with_neighbours(8, 124.5),
    "63": weights_with_neighbours(1, 63)}
ACTIVATIONS = {"f32": None, "127": activations_to_127, "range": activations_over_range}


class Experiment:
    def __init__(self, folder, texts):
        self.folder = folder
        self.tokenizer = AutoTokenizer.from_pretrained(folder)
        self.texts = sorted(texts, key=len)

    @torch.no_grad()
    def largest_inputs(self):
        """Largest magnitude of each input, for each group of layers, over 8 times 16 random tokens."""
        model, largest = AutoModel.from_pretrained(self.folder).eval(), []
        for _, layers in layers_by_inputs(model):
            layers[0].register_forward_pre_hook(
                lambda _, inputs: largest.append(inputs[0].abs().flatten(0, 1).amax(0)))
        random = torch.Generator().manual_seed(1)
        model(input_ids=torch.randint(5, model.config.vocab_size, (8, 16), generator=random))
        return largest

    def model(self, weights, activations, smoothed):
        model = AutoModel.from_pretrained(self.folder).eval()
        for (inputs, layers), largest in zip(list(layers_by_inputs(model)), self.largest_inputs()):
            factors = torch.ones_like(largest)
            if inputs in smoothed:
                factors = smoothing_factors(largest, layers)
            for layer in layers:
                if weights:
                    layer.weight.data = weights(layer.weight.data * factors) / factors
                if activations:
                    layer.register_forward_pre_hook(
                        lambda _, inputs, f=factors: (activations(inputs[0] / f) * f,))
        return model

    @torch.no_grad()
    def vectors(self, weights, activations, smoothed=()):
        model, out = self.model(weights, activations, smoothed), []
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
    print("| weights | activations | smoothed inputs | mean cosine | least |\n|---|---|---|---|---|")
    rows = [(w, a, ()) for w in WEIGHTS for a in ACTIVATIONS if (w, a) != ("f32", "f32")]
    rows += [("quads", "range", inputs)
             for inputs in (["norm"], ["norm", "context"], ["norm", "gelu"], ["norm", "context", "gelu"])]
    rows += [(weights, "range", ["norm"]) for weights in ("pairs", "octets", "63")]
    for weights, activations, smoothed in rows:
        found = experiment.vectors(WEIGHTS[weights], ACTIVATIONS[activations], smoothed)
        cosines = (found * exact).sum(1)
        print(f"| {weights} | {activations} | {', '.join(smoothed)} "
              f"| {cosines.mean():.5f} | {cosines.min():.5f} |", flush=True)


if __name__ == "__main__":
    main()
