#!/bin/sh
# Compiles the kernels and against_blas.c and runs it on one core:
#   sh Benchmarks/Blas/run.sh LIBRARY [SECONDS [TOKENS...]]
# LIBRARY is any shared library with cblas_sgemm; that of CTranslate2 (installed by `make bench-peers`)
# holds MKL's.
set -e
library=${1:?give the path of a library with cblas_sgemm}
shift
cd "$(dirname "$0")/../.."
program=.build/against_blas
${CC:-clang} -O2 -ISources/CKernels/include $(find Sources/CKernels -name '*.c') \
    Benchmarks/Blas/against_blas.c -lm -lpthread -ldl -o "$program"
LD_LIBRARY_PATH="$(dirname "$library"):$LD_LIBRARY_PATH" MKL_NUM_THREADS=1 OMP_NUM_THREADS=1 \
    OPENBLAS_NUM_THREADS=1 taskset -c 1 "$program" "$library" "$@"
