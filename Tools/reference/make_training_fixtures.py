"""Golden fixtures of the training engine: gradients, losses, optimiser steps, schedules by PyTorch.

Reads the tiny models of Tests/EncoderTests/Fixtures and writes Tests/TrainingTests/Fixtures:
gradients-*.safetensors (gradient of every parameter in f64 arithmetic, the batch, the teacher's
vectors), adamw-*.safetensors (parameters after ten steps on changing batches, with norm limit, decay
and schedule), losses.json (every loss on random vectors) and schedules.json. Seeds and versions stand
in the files.

    python Tools/reference/make_training_fixtures.py
"""

import json
import pathlib

import safetensors.torch
import sentence_transformers
import torch
import transformers
from torch.nn.functional import cosine_similarity, cross_entropy, mse_loss, normalize

ROOT = pathlib.Path(__file__).resolve().parents[2] / "Tests"
MODELS = ROOT / "EncoderTests" / "Fixtures"
OUT = ROOT / "TrainingTests" / "Fixtures"
SEED = 20261125
DENSE = 16
MADE_BY = {
    "script": "Tools/reference/make_training_fixtures.py", "seed": str(SEED),
    "torch": torch.__version__, "transformers": transformers.__version__,
    "sentence_transformers": sentence_transformers.__version__,
}


class Student(torch.nn.Module):
    """Encoder, pooling, Dense, normalisation, as sentence-transformers chains them."""

    def __init__(self, name, pooling, activation, normalizes):
        super().__init__()
        self.encoder = transformers.AutoModel.from_pretrained(
            MODELS / name, add_pooling_layer=False).double()
        self.dense = torch.nn.Linear(self.encoder.config.hidden_size, DENSE).double()
        self.pooling, self.activation, self.normalizes = pooling, activation, normalizes
        self.eval()

    def forward(self, sequences):
        width = max(map(len, sequences))
        pad = self.encoder.config.pad_token_id
        ids = torch.tensor([s + [pad] * (width - len(s)) for s in sequences])
        mask = torch.tensor([[1] * len(s) + [0] * (width - len(s)) for s in sequences])
        states = self.encoder(input_ids=ids, attention_mask=mask).last_hidden_state
        if self.pooling == "cls":
            pooled = states[:, 0]
        else:
            weights = mask[..., None].double()
            pooled = (states * weights).sum(1) / weights.sum(1)
        vectors = self.activation(self.dense(pooled))
        return normalize(vectors, dim=-1, eps=1e-12) if self.normalizes else vectors

    def named(self):
        """Parameters under the names that `ParameterLayout` uses."""
        yield from self.encoder.named_parameters()
        yield "dense.linear.weight", self.dense.weight
        yield "dense.linear.bias", self.dense.bias


def mse(vectors, teacher):
    return mse_loss(vectors, teacher)


def cosine(vectors, teacher):
    return (1 - cosine_similarity(vectors, teacher, dim=-1)).mean()


def relational(vectors, teacher):
    own, other = normalize(vectors, dim=-1), normalize(teacher, dim=-1)
    return mse_loss(own @ own.T, other @ other.T)


def multiple_negatives(vectors, _, scale=20.0):
    units = normalize(vectors, dim=-1)
    anchors, positives = units[0::2], units[1::2]
    return cross_entropy(scale * anchors @ positives.T, torch.arange(len(anchors)))


def matryoshka(vectors, teacher):
    """Prefixes 4 and 12, weights 1 and 0.5, over MSE and half of the relational loss."""
    total = 0
    for size, weight in [(4, 1.0), (12, 0.5)]:
        own, other = normalize(vectors[:, :size], dim=-1), normalize(teacher[:, :size], dim=-1)
        total = total + weight * (mse(own, other) + 0.5 * relational(own, other))
    return total


LOSSES = {
    "meanSquaredError": mse, "cosine": cosine, "relational": relational,
    "multipleNegatives": multiple_negatives, "matryoshka": matryoshka,
}


def losses():
    vectors = torch.randn(6, 12, dtype=torch.double, requires_grad=True)
    teacher = torch.randn(6, 12, dtype=torch.double)
    # Rounded, so that both sides see the same numbers.
    vectors.data, teacher = vectors.data.float().double(), teacher.float().double()
    result = {"vectors": vectors.tolist(), "teacher": teacher.tolist(), "losses": {}}
    for name, loss in LOSSES.items():
        value = loss(vectors, teacher)
        (gradient,) = torch.autograd.grad(value, vectors)
        result["losses"][name] = {"loss": value.item(), "gradient": gradient.tolist()}
    write_json("losses.json", result)


def write_json(name, value):
    value["made_by"] = MADE_BY
    (OUT / name).write_text(json.dumps(value) + "\n")


def randomised(student):
    for parameter in student.dense.parameters():
        parameter.data = (torch.randn_like(parameter) * 0.3).float().double()
    return student


def sequences(name):
    return json.loads((MODELS / name / "expected.json").read_text())["sequences"]


def save(file, tensors, metadata):
    tensors = {name: value.detach().float().contiguous() for name, value in tensors.items()}
    metadata = {**MADE_BY, **{key: json.dumps(value) for key, value in metadata.items()}}
    safetensors.torch.save_file(tensors, OUT / file, metadata=metadata)
    (OUT / file).chmod(0o644)


def gradients(name, pooling, activation, normalizes, loss):
    student = randomised(Student(name, pooling, activation, normalizes))
    batch = sequences(name)
    teacher = normalize(torch.randn(len(batch), DENSE), dim=-1).double()
    value = LOSSES[loss](student(batch), teacher)
    value.backward()
    tensors = {"teacher": teacher}
    for key, parameter in student.named():
        tensors["gradient." + key] = parameter.grad
        if key.startswith("dense."):
            tensors[key] = parameter
    save(f"gradients-{name}.safetensors", tensors,
         {"sequences": batch, "loss": value.item(), "objective": loss})


def ten_steps(name):
    student = randomised(Student(name, "mean", torch.nn.Identity(), True))
    start = {k: p.detach().clone() for k, p in student.named() if k.startswith("dense.")}
    plain = ("bias", "LayerNorm.weight")
    groups = [
        {"params": [p for k, p in student.named() if not k.endswith(plain)], "weight_decay": 0.1},
        {"params": [p for k, p in student.named() if k.endswith(plain)], "weight_decay": 0.0},
    ]
    optimizer = torch.optim.AdamW(groups, lr=2e-5)
    schedule = transformers.get_linear_schedule_with_warmup(optimizer, 2, 20)
    log, batches, teachers = [], [], []
    everything = sequences(name)
    for step in range(10):
        # Three sequences of the seven: most words are absent from most steps.
        batch = [everything[(step + shift) % len(everything)] for shift in (0, 2, 3)]
        teacher = normalize(torch.randn(len(batch), DENSE), dim=-1).double()
        loss = mse(student(batch), teacher)
        optimizer.zero_grad()
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(student.parameters(), 0.5)
        rate = schedule.get_last_lr()[0]
        optimizer.step()
        schedule.step()
        log.append({"loss": loss.item(), "gradient_norm": norm.item(), "rate": rate})
        batches.append(batch)
        teachers.append(teacher)
    tensors = {"teacher": torch.stack(teachers)}
    tensors.update({"start." + key: value for key, value in start.items()})
    tensors.update({"end." + key: value for key, value in student.named()})
    save(f"adamw-{name}.safetensors", tensors, {"batches": batches, "log": log})


def schedules():
    makers = {
        "constant": lambda o: transformers.get_constant_schedule_with_warmup(o, 5),
        "linear": lambda o: transformers.get_linear_schedule_with_warmup(o, 5, 24),
        "cosine": lambda o: transformers.get_cosine_schedule_with_warmup(o, 5, 24),
    }
    result = {}
    for name, make in makers.items():
        optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
        schedule = make(optimizer)
        result[name] = []
        for _ in range(30):
            result[name].append(schedule.get_last_lr()[0])
            optimizer.step()
            schedule.step()
    write_json("schedules.json", {"warmup": 5, "total": 24, "factors": result})


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(SEED)
    losses()
    schedules()
    gradients("tiny-xlm-roberta", "mean", torch.nn.Identity(), True, "meanSquaredError")
    gradients("tiny-bert", "cls", torch.nn.Tanh(), False, "cosine")
    for name in ("tiny-xlm-roberta", "tiny-bert"):
        ten_steps(name)


main()
