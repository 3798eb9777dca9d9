#!/usr/bin/env bash
# What a build promises, shown on a recipe: one thread and two, jobs of an array, processes under mpirun
# (where it is installed) and a build that is killed again and again give the same manifest; a flipped
# byte is found.
#
#     AJAN_DATA=../shared Tools/corpus/prove_builds.sh .build/release/ajan recipes/corpus-shared.yaml
set -euo pipefail
ajan=$(realpath "$1") recipe=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export ajan recipe work
hash() { sha256sum < "$1/manifest.json" | cut -d' ' -f1; }
tell() { printf '%-44s %s\n' "$1" "$(hash "$2")"; }

"$ajan" corpus build "$recipe" --out "$work/one" --threads 1 > /dev/null
tell "one thread" "$work/one"
"$ajan" corpus build "$recipe" --out "$work/two" --threads 2 > /dev/null
tell "two threads" "$work/two"

for SLURM_ARRAY_TASK_ID in 1 2 3; do
    "$ajan" corpus build "$recipe" --out "$work/array" --threads 1 --stage prepare \
        --part $SLURM_ARRAY_TASK_ID/3 &
done
wait
"$ajan" corpus build "$recipe" --out "$work/array" --stage merge > /dev/null
tell "three jobs of an array, one merge" "$work/array"
names="two array"

if command -v mpirun > /dev/null; then
    mpirun --allow-run-as-root --oversubscribe -n 3 sh -c '"$ajan" corpus build "$recipe" \
        --out "$work/mpi" --threads 1 --stage prepare \
        --part $((OMPI_COMM_WORLD_RANK + 1))/$OMPI_COMM_WORLD_SIZE'
    "$ajan" corpus build "$recipe" --out "$work/mpi" --stage merge > /dev/null
    tell "three processes under mpirun, one merge" "$work/mpi"
    names="$names mpi"
fi

kills=0
while :; do
    "$ajan" corpus build "$recipe" --out "$work/killed" --threads 2 > /dev/null & pid=$!
    sleep "$((1 + RANDOM % 4)).$((RANDOM % 10))"
    if [ $kills -lt 8 ] && kill -9 $pid 2> /dev/null; then
        kills=$((kills + 1))
        wait $pid 2> /dev/null || true
    else
        wait $pid
        break
    fi
done
tell "killed $kills times" "$work/killed"
for name in $names killed; do [ "$(hash "$work/one")" = "$(hash "$work/$name")" ]; done

shard=$(find "$work/two/shards" -type f | sort | head -1)
python3 - "$shard" <<'PY'
import sys
data = bytearray(open(sys.argv[1], "rb").read())
data[len(data) // 2] ^= 1
open(sys.argv[1], "wb").write(data)
PY
if "$ajan" corpus verify "$work/two"; then echo "the flipped byte was not found"; exit 1; fi
echo "the flipped byte was found; all promises held"
