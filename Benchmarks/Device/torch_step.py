"""Times training steps and teacher vectors with PyTorch on a CUDA device, as DeviceReport.swift does.

The same shapes with random weights (e5-base student with a Dense layer to 1024; bge-m3 teacher), the same
lengths of texts, bf16 autocast over f32 weights, sdpa attention, fused AdamW, norm limit 1, dropout 0.1.
Texts are sorted by length before they are cut into batches, so that little is padded: PyTorch at its best.
Eager and torch.compile, every batch size that fits; one line of JSON each, padding not counted as tokens.

    python torch_step.py --lengths lengths.txt --seconds 5
"""

import argparse
import json
import random
import time

import torch
from torch import nn
from torch.nn import functional


class Layer(nn.Module):
    def __init__(self, size, heads, dropout):
        super().__init__()
        self.heads, self.dropout = heads, dropout
        self.qkv, self.out = nn.Linear(size, 3 * size), nn.Linear(size, size)
        self.up, self.down = nn.Linear(size, 4 * size), nn.Linear(4 * size, size)
        self.norm1, self.norm2 = nn.LayerNorm(size), nn.LayerNorm(size)
        self.drop = nn.Dropout(dropout)

    def forward(self, x, mask):
        rows, width, size = x.shape
        parts = self.qkv(x).view(rows, width, 3, self.heads, size // self.heads)
        q, k, v = parts.permute(2, 0, 3, 1, 4)
        context = functional.scaled_dot_product_attention(
            q, k, v, attn_mask=mask, dropout_p=self.dropout if self.training else 0.0)
        context = context.transpose(1, 2).reshape(rows, width, size)
        x = self.norm1(x + self.drop(self.out(context)))
        return self.norm2(x + self.drop(self.down(functional.gelu(self.up(x)))))


class Encoder(nn.Module):
    def __init__(self, size, layers, heads, dense, cls, dropout, vocabulary=250_002, positions=8_194):
        super().__init__()
        self.words, self.places = nn.Embedding(vocabulary, size), nn.Embedding(positions, size)
        self.norm, self.drop = nn.LayerNorm(size), nn.Dropout(dropout)
        self.layers = nn.ModuleList(Layer(size, heads, dropout) for _ in range(layers))
        self.dense = nn.Linear(size, dense) if dense else nn.Identity()
        self.cls = cls

    def forward(self, ids, mask):
        places = torch.arange(2, ids.shape[1] + 2, device=ids.device)
        x = self.drop(self.norm(self.words(ids) + self.places(places)))
        attended = mask[:, None, None, :].bool()
        for layer in self.layers:
            x = layer(x, attended)
        if self.cls:
            pooled = x[:, 0]
        else:
            weights = mask[..., None].float()
            pooled = (x.float() * weights).sum(1) / weights.sum(1)
        return functional.normalize(self.dense(pooled).float(), dim=-1)


def read_lengths(file):
    pairs = [line.split() for line in open(file) if not line.startswith("#")]
    return [int(length) for length, _ in pairs], [int(count) for _, count in pairs]


def batches(options, tokens, count):
    """Batches of one padded size each; the width is a multiple of 8, which tensor cores like."""
    lengths, weights = read_lengths(options.lengths)
    drawn = random.Random(1)
    texts = sorted(drawn.choices(lengths, weights, k=count * tokens // 20))
    cut, current = [], []
    for length in texts:
        width = (length + 7) // 8 * 8
        if current and width * (len(current) + 1) > tokens:
            cut.append(current)
            current = []
        current.append(length)
    drawn.shuffle(cut)
    made = []
    for own in cut[:count]:
        width = (max(own) + 7) // 8 * 8
        mask = (torch.arange(width)[None] < torch.tensor(own)[:, None]).long().cuda()
        ids = torch.randint(4, 250_000, mask.shape).cuda() * mask + (1 - mask)
        made.append((ids, mask, sum(own)))
    return made


def measure(options, name, tokens, compiled, training):
    torch.cuda.empty_cache()
    torch.cuda.reset_peak_memory_stats()
    work = batches(options, tokens, 8)
    if training:
        model = Encoder(768, 12, 12, 1_024, False, 0.1).cuda().train()
        optimizer = torch.optim.AdamW(model.parameters(), lr=2e-5, fused=True)
    else:
        model = Encoder(1_024, 24, 16, None, True, 0.0).cuda().eval().bfloat16()
    run = torch.compile(model, dynamic=True) if compiled else model
    teachers = [functional.normalize(torch.randn(ids.shape[0], 1_024), dim=-1).cuda()
                for ids, _, _ in work] if training else []

    def once():
        for index, (ids, mask, _) in enumerate(work):
            if training:
                with torch.autocast("cuda", torch.bfloat16):
                    vectors = run(ids, mask)
                loss = functional.mse_loss(vectors, teachers[index])
                optimizer.zero_grad(set_to_none=True)
                loss.backward()
                torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
                optimizer.step()
            else:
                with torch.inference_mode():
                    run(ids, mask).cpu()

    once()
    once()
    torch.cuda.synchronize()
    start, rounds = time.perf_counter(), 0
    while time.perf_counter() - start < options.seconds or rounds == 0:
        once()
        torch.cuda.synchronize()
        rounds += 1
    elapsed = time.perf_counter() - start
    real = rounds * sum(tokens for _, _, tokens in work)
    cells = rounds * sum(mask.numel() for _, mask, _ in work)
    print(json.dumps({
        "engine": f"torch {torch.__version__} sdpa {'compiled' if compiled else 'eager'}",
        "what": name, "batch_tokens": tokens, "tokens_per_second": round(real / elapsed),
        "padding": round(1 - real / cells, 3),
        "peak_gib": round(torch.cuda.max_memory_allocated() / 2**30, 2)}), flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--lengths", required=True)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--sizes", type=int, nargs="+", default=[8_192, 16_384, 32_768, 65_536])
    parser.add_argument("--deadline", type=float, default=240, help="begin nothing after so many seconds")
    options = parser.parse_args()
    torch.manual_seed(1)
    torch.set_float32_matmul_precision("high")
    start = time.perf_counter()
    for training in (True, False):
        name = "student of e5-base's shape" if training else "teacher of bge-m3's shape"
        for compiled in (False, True):
            for tokens in options.sizes:
                if time.perf_counter() - start > options.deadline * (0.6 if training else 1):
                    continue
                try:
                    measure(options, name, tokens, compiled, training)
                except torch.cuda.OutOfMemoryError:
                    print(json.dumps({"what": name, "batch_tokens": tokens, "error": "out of memory"}))


main()
