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
common="--model $model --sequences $sequences --steps $steps --ids $ids"
log=${TMPDIR:-/tmp}/training-peers.log
# A script beside this one. Peers talk a lot; what they said last is shown when one fails.
peer() {
    script=$1
    shift
    GLIBC_TUNABLES=$keep "$python" "$here/$script" "$@" 2> "$log" || { tail -n 5 "$log" >&2; exit 1; }
}
ours() { .build/release/training-benchmark $common "$@"; }
pytorch() { peer torch_training.py $common "$@"; }
for round in $(seq "$rounds"); do
    for dropout in 0.1 0; do
        for precision in f32 bf16; do
            ours --threads "$threads" --dropout $dropout --precision $precision
            pytorch --threads "$threads" --dropout $dropout --precision $precision --mode sorted
        done
    done
    pytorch --threads "$threads" --dropout 0.1 --mode random
    peer sentence_transformers_training.py --model "$model" --sequences "$sequences" \
        --steps "$steps" --threads "$threads" --texts "$texts"
    # The other end of the chart.
    [ "$threads" = 1 ] && continue
    ours --threads 1 --dropout 0
    pytorch --threads 1 --dropout 0 --mode sorted
done
