// LayerNorm with what stands before it (dropout and residual, or the sum of embeddings), and back.
#pragma once
#include "../device/rows.cuh"

namespace ajan {

// y = normalized * gamma + beta, normalized = (s - mean(s)) / sqrt(variance(s) + epsilon),
// s = dropped(x) + residual. Matrices are dense [rows, n].
template <typename T>
struct NormForward {
    // The residual may be NULL; y may be x or the residual.
    const T *x, *residual;
    const float *gamma, *beta;
    float epsilon;
    // Kept for the backward pass, 1 / sqrt(...) per row; NULL when there will be none.
    T *normalized;
    float *inverse;
    T *y;
    uint32_t rows, n;
    Dropout dropout;
    Places places;
};

template <typename T>
void norm_forward(const NormForward<T> &arguments, cudaStream_t stream);

// y = dropped(LayerNorm(word row + position row + row 0 of the types)).
template <typename T>
struct Embedding {
    const float *words, *positions, *types;
    const int32_t *word_ids, *position_ids;
    const float *gamma, *beta;
    float epsilon;
    T *normalized;
    float *inverse;
    T *y;
    uint32_t rows, n;
    // Of y.
    Dropout dropout;
    Places places;
};

template <typename T>
void embedding_forward(const Embedding<T> &arguments, cudaStream_t stream);

template <typename T>
struct NormBackward {
    const T *dy, *normalized;
    const float *inverse, *gamma;
    // Gradient of s, and of x, which is the same without dropout; ds may be dy. dx may be NULL
    // without dropout.
    T *ds, *dx;
    // [norm_backward_blocks(rows), 3, n], sums over some of the rows of dy * normalized, dy and dx;
    // NULL when nobody wants them. See add_partials.
    float *partials;
    uint32_t rows, n;
    // Of x, and of y (then dy is the gradient of dropped(y)).
    Dropout dropout, output_dropout;
    Places places;
};

uint32_t norm_backward_blocks(uint32_t rows);

template <typename T>
void norm_backward(const NormBackward<T> &arguments, cudaStream_t stream);

}  // namespace ajan
