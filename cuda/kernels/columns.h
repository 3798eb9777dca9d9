// GELU and the sums over the columns of a matrix that backward passes need.
#pragma once
#include "../device/rows.cuh"

namespace ajan {

// Sums of columns are made in two launches: each block of rows writes its sums to
// `partials` [blocks, parts, n], and add_partials adds these in order.
uint32_t column_blocks(uint32_t rows);

// to[p][c] += sum over blocks of partials[block][p][c]; entries of `to` may be NULL.
struct PartialSums {
    const float *partials;
    uint32_t blocks, parts, n;
    float *to[3];
};

void add_partials(const PartialSums &sums, cudaStream_t stream);

// Sums of the columns of x [rows, n] to partials [column_blocks(rows), 1, n].
template <typename T>
void column_sums(const T *x, uint32_t rows, uint32_t n, float *partials, cudaStream_t stream);

// a = gelu(z) in the erf form, `count` numbers; a may be z.
template <typename T>
void gelu_forward(const T *z, T *a, size_t count, cudaStream_t stream);

// Overwrites da by da * gelu'(z), [rows, n], and sums its columns as column_sums; `partials` may be
// NULL.
template <typename T>
void gelu_backward(const T *z, T *da, uint32_t rows, uint32_t n, float *partials,
                   cudaStream_t stream);

}  // namespace ajan
