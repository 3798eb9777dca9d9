#!/bin/sh
# Training steps of multilingual-e5-small, ours and PyTorch's, one after the other on the same ids.
#
#   AJAN_DATA=../shared PYTHON=python sh Benchmarks/Training/run.sh [threads] [sequences] [steps]
set -eu
threads=${1:-2}
sequences=${2:-64}
steps=${3:-5}
python=${PYTHON:-python3}
model=${AJAN_CACHE:-$HOME/.cache/ajan}/models/multilingual-e5-small
here=$(dirname "$0")
ids=${TMPDIR:-/tmp}/training-ids.jsonl
"$python" "$here/prepare_ids.py" --corpus "${AJAN_DATA:-../shared}/corpus/text" --model "$model" \
    --out "$ids"
for dropout in 0.1 0; do
    .build/release/training-benchmark --model "$model" --ids "$ids" --threads "$threads" \
        --sequences "$sequences" --steps "$steps" --dropout $dropout
    for mode in sorted random; do
        "$python" "$here/torch_training.py" --model "$model" --ids "$ids" --threads "$threads" \
            --sequences "$sequences" --steps "$steps" --dropout $dropout --mode $mode 2>/dev/null
    done
done
