#!/usr/bin/env bash
# What a build promises, shown on the shared corpus: one thread and two give the same manifest, a build
# that is killed again and again ends with the same manifest, a flipped byte is found.
#
#     AJAN_DATA=../shared Tools/corpus/prove_builds.sh .build/release/ajan recipes/corpus-shared.yaml
set -euo pipefail
ajan=$1 recipe=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
hash() { sha256sum < "$1/manifest.json" | cut -d' ' -f1; }

"$ajan" corpus build "$recipe" --out "$work/one" --threads 1
"$ajan" corpus build "$recipe" --out "$work/two" --threads 2
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
echo "one thread $(hash "$work/one"), two threads $(hash "$work/two"), killed $kills times $(hash "$work/killed")"
[ "$(hash "$work/one")" = "$(hash "$work/two")" ] && [ "$(hash "$work/one")" = "$(hash "$work/killed")" ]

shard=$(ls "$work"/two/shards/* | head -1)
python3 - "$shard" <<'PY'
import sys
data = bytearray(open(sys.argv[1], "rb").read())
data[len(data) // 2] ^= 1
open(sys.argv[1], "wb").write(data)
PY
if "$ajan" corpus verify "$work/two"; then echo "the flipped byte was not found"; exit 1; fi
echo "the flipped byte was found; all promises held"
