"""Times whole training steps with PyTorch on the ids that TrainingBenchmark.swift reads.

Modes: `sorted` is PyTorch at its best (sdpa attention, texts sorted by length so that little is padded,
fused AdamW); `random` pads batches of texts in random order as the trainer of sentence-transformers
does by default. Same student (encoder, mean pooling, Dense,
normalisation), same loss (MSE), same norm limit, same threads; f32, or bf16 by autocast with f32 weights.
Prints one line of JSON.
"""

import argparse
import json
import random
import resource
import time

import torch
import transformers


class Student(torch.nn.Module):
    def __init__(self, options):
        super().__init__()
        self.encoder = transformers.AutoModel.from_pretrained(
            options.model, add_pooling_layer=False, attn_implementation="sdpa",
            hidden_dropout_prob=options.dropout, attention_probs_dropout_prob=options.dropout)
        self.dense = torch.nn.Linear(self.encoder.config.hidden_size, options.dimensions)

    def forward(self, ids, mask):
        states = self.encoder(input_ids=ids, attention_mask=mask).last_hidden_state
        weights = mask[..., None].float()
        pooled = (states * weights).sum(1) / weights.sum(1).clamp(min=1e-9)
        return torch.nn.functional.normalize(self.dense(pooled), dim=-1)


def batches(options):
    texts = [json.loads(line) for line in open(options.ids)]
    if options.mode == "sorted":
        texts.sort(key=len)
    size = options.sequences
    cut = [texts[i : i + size] for i in range(0, len(texts) - size + 1, size)]
    # Spread over the lengths, so that few steps see the same mix as all.
    random.Random(1).shuffle(cut)
    if options.mode == "sorted":
        cut.sort(key=lambda batch: len(batch[0]))
        wanted = options.steps + 2
        cut = [cut[(2 * i + 1) * len(cut) // (2 * wanted)] for i in range(wanted)]
        random.Random(2).shuffle(cut)
    return cut[: options.steps + 2]


def padded(batch, pad):
    width = max(map(len, batch))
    ids = torch.tensor([text + [pad] * (width - len(text)) for text in batch])
    mask = torch.tensor([[1] * len(text) + [0] * (width - len(text)) for text in batch])
    return ids, mask


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", required=True)
    parser.add_argument("--ids", required=True)
    parser.add_argument("--mode", choices=["sorted", "random"], required=True)
    parser.add_argument("--sequences", type=int, default=64)
    parser.add_argument("--steps", type=int, default=5)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--precision", choices=["f32", "bf16"], default="f32")
    parser.add_argument("--dropout", type=float, default=0.1)
    parser.add_argument("--dimensions", type=int, default=1024)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(1)
    student = Student(options).train()
    optimizer = torch.optim.AdamW(
        student.parameters(), lr=2e-5, weight_decay=0.01, fused=True)
    teacher = torch.eye(options.dimensions)
    seconds, tokens, cells = 0.0, 0, 0
    for index, batch in enumerate(batches(options)):
        start = time.perf_counter()
        ids, mask = padded(batch, student.encoder.config.pad_token_id)
        with torch.autocast("cpu", torch.bfloat16, enabled=options.precision == "bf16"):
            vectors = student(ids, mask)
        loss = torch.nn.functional.mse_loss(
            vectors.float(), teacher[torch.arange(len(batch)) % options.dimensions])
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(student.parameters(), 1.0)
        optimizer.step()
        if index >= 2:
            seconds += time.perf_counter() - start
            tokens += int(mask.sum())
            cells += mask.numel()
    print(json.dumps({
        "engine": f"torch {torch.__version__} sdpa, {options.mode}", "threads": options.threads,
        "sequences": options.sequences, "dropout": options.dropout,
        "precision": options.precision, "tokens": tokens,
        "padding": round(1 - tokens / cells, 3), "seconds": round(seconds, 2),
        "tokens_per_second": round(tokens / seconds, 2),
        "peak_memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }))


main()
