"""Times training steps of sentence-transformers' own trainer, as its users run it: random batches,
padded to the longest text, tokenized on the way; f32, the model's own dropout, AdamW, norm limit 1.

The student is that of torch_training.py (encoder, mean pooling, Dense, normalisation, MSE), the texts
are those that prepare_ids.py wrote with --texts. Prints one line of JSON; two steps are not timed.
"""

import argparse
import json
import tempfile
import time

import torch
from datasets import Dataset
from sentence_transformers import (
    SentenceTransformer, SentenceTransformerTrainer, SentenceTransformerTrainingArguments)
from sentence_transformers.sentence_transformer.losses import MSELoss
from sentence_transformers.sentence_transformer.modules import (
    Dense, Normalize, Pooling, Transformer)
from transformers import TrainerCallback


class StepTimes(TrainerCallback):
    def __init__(self):
        self.starts, self.ends = [], []

    def on_step_begin(self, *_, **__):
        self.starts.append(time.perf_counter())

    def on_step_end(self, *_, **__):
        self.ends.append(time.perf_counter())


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", required=True)
    parser.add_argument("--texts", required=True)
    parser.add_argument("--sequences", type=int, default=64)
    parser.add_argument("--steps", type=int, default=5)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--dimensions", type=int, default=1024)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    encoder = Transformer(options.model, max_seq_length=256)
    size = encoder.get_embedding_dimension()
    model = SentenceTransformer(modules=[
        encoder, Pooling(size, pooling_mode="mean"),
        Dense(size, options.dimensions, activation_function=torch.nn.Identity()), Normalize(),
    ], device="cpu")
    model.model_card_data.generate_widget_examples = False
    texts = [json.loads(line) for line in open(options.texts, encoding="utf-8")]
    rows = torch.eye(options.dimensions).tolist()
    data = Dataset.from_dict({
        "text": texts[:1024], "label": [rows[i % options.dimensions] for i in range(1024)]})
    times, counts = StepTimes(), []
    encoder.register_forward_pre_hook(lambda _, inputs: counts.append(
        (int(inputs[0]["attention_mask"].sum()), inputs[0]["attention_mask"].numel())))
    with tempfile.TemporaryDirectory() as folder:
        trainer = SentenceTransformerTrainer(
            model=model, train_dataset=data, loss=MSELoss(model), callbacks=[times],
            args=SentenceTransformerTrainingArguments(
                output_dir=folder, per_device_train_batch_size=options.sequences,
                max_steps=options.steps + 2, learning_rate=2e-5, weight_decay=0.01,
                lr_scheduler_type="constant", max_grad_norm=1.0, use_cpu=True, report_to=[],
                save_strategy="no", logging_strategy="no", disable_tqdm=True, seed=1))
        trainer.train()
    # From the end of the second step on: collating is part of what a step costs.
    seconds = times.ends[-1] - times.ends[1]
    used = counts[2 : options.steps + 2]
    tokens, cells = (sum(column) for column in zip(*used))
    print(json.dumps({
        "engine": "sentence-transformers trainer", "threads": options.threads,
        "sequences": options.sequences, "tokens": tokens,
        "padding": round(1 - tokens / cells, 3), "seconds": round(seconds, 2),
        "tokens_per_second": round(tokens / seconds, 2)}))


main()
