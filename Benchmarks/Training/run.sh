#!/bin/sh
# Training steps of multilingual-e5-small, ours and PyTorch's, one after the other on the same ids, each
# in turn for every round. Prints one line of JSON per run; report.py makes tables of them.
#
#   AJAN_DATA=../shared PYTHON=python sh Benchmarks/Training/run.sh [threads] [sequences] [steps] [rounds]
set -eu
threads=${1:-2}
sequences=${2:-64}
steps=${3:-5}
rounds=${4:-2}
python=${PYTHON:-python3}
model=${AJAN_CACHE:-$HOME/.cache/ajan}/models/multilingual-e5-small
here=$(dirname "$0")
ids=${TMPDIR:-/tmp}/training-ids.jsonl
texts=${TMPDIR:-/tmp}/training-texts.jsonl
# PyTorch gives large tensors back to the system after each use and faults them in again; with these
# settings of the C library it keeps them, on huge pages, which makes it half as fast again.
keep=glibc.malloc.mmap_threshold=8589934592:glibc.malloc.trim_threshold=17179869184
keep=$keep:glibc.malloc.hugetlb=1
[ -f "$texts" ] || "$python" "$here/prepare_ids.py" --corpus "${AJAN_DATA:-../shared}/corpus/text" \
    --model "$model" --out "$ids" --texts "$texts" >&2
common="--model $model --threads $threads --sequences $sequences --steps $steps"
for round in $(seq "$rounds"); do
    for dropout in 0.1 0; do
        .build/release/training-benchmark $common --ids "$ids" --dropout $dropout
        for mode in sorted random; do
            GLIBC_TUNABLES=$keep "$python" "$here/torch_training.py" $common --ids "$ids" \
                --dropout $dropout --mode $mode 2>/dev/null
        done
    done
    GLIBC_TUNABLES=$keep "$python" "$here/sentence_transformers_training.py" $common \
        --texts "$texts" 2>/dev/null
done
