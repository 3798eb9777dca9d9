#!/bin/sh
# Everything that needs a CUDA device, in one go and within ten minutes: correctness, speed, the same with
# PyTorch when a Python with it is there, and compute-sanitizer when it is there. Run from the root of the
# checkout after `make cuda` and
#     swift build -c release --static-swift-stdlib --product device-report
# (device-report and libajan_cuda.so may come from another machine; nothing else is needed here).
#
#     Benchmarks/Device/run.sh [FOLDER]        FOLDER of the report, default device-report
set -u
here=$(dirname "$0")
out=${1:-device-report}
program=${DEVICE_REPORT:-.build/release/device-report}
lengths=$here/lengths.txt
mkdir -p "$out"
status=0

nvidia-smi > "$out/nvidia-smi.txt" 2>&1
{ date -u; uname -a; nproc; } > "$out/machine.txt"

timeout 120 "$program" --part correctness --output "$out/correctness" > "$out/correctness.log" 2>&1 \
    || status=1
timeout 180 "$program" --part speed --lengths "$lengths" --seconds 4 --output "$out/speed" \
    > "$out/speed.log" 2>&1 || status=1

python=${PYTHON:-python3}
if "$python" -c 'import torch; assert torch.cuda.is_available()' 2> /dev/null; then
    timeout 230 "$python" "$here/torch_step.py" --lengths "$lengths" --seconds 3 --deadline 200 \
        > "$out/torch.jsonl" 2> "$out/torch.log"
else
    echo "no PyTorch with CUDA here: the comparison did not run" > "$out/torch.log"
fi

if command -v compute-sanitizer > /dev/null; then
    timeout 60 compute-sanitizer --error-exitcode 9 "$program" --part correctness --small \
        > "$out/sanitizer.log" 2>&1 || status=1
else
    echo "no compute-sanitizer here: it did not run" > "$out/sanitizer.log"
fi

{
    cat "$out/correctness.md" "$out/speed.md" 2> /dev/null
    echo "## PyTorch, same shapes and lengths"
    echo
    cat "$out/torch.jsonl" 2> /dev/null || cat "$out/torch.log"
    echo
    echo "## compute-sanitizer"
    echo
    tail -3 "$out/sanitizer.log"
} > "$out/report.md"
cat "$out/report.md"
exit $status
