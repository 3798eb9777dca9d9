// From hidden states to sentence vectors, the loss, and back. Rows of sentences are f32: there are
// few of them, and they are what is compared.
#pragma once
#include "../device/rows.cuh"

namespace ajan {

// Mean of the rows of each sequence, or its first row; [sequences, n]. `factor` gets the same as T
// for the product of the Dense layer, and may be NULL.
template <typename T>
struct Pooling {
    const T *hidden;
    const uint32_t *starts;
    float *pooled;
    T *factor;
    uint32_t sequences, n;
    bool takes_first;
};

template <typename T>
void pool(const Pooling<T> &arguments, cudaStream_t stream);

// Gradient of the hidden states [rows, n] from that of the pooled vectors.
template <typename T>
struct Spreading {
    const float *pooled_gradient;
    const uint32_t *starts, *sequence_of_row;
    T *hidden_gradient;
    uint32_t rows, n;
    bool takes_first;
};

template <typename T>
void spread(const Spreading<T> &arguments, cudaStream_t stream);

// What makes vectors of the pooled (or projected) rows.
struct SentenceRows {
    // In: rows as pooled or as the Dense product left them; out: with bias and tanh. [rows, n]
    float *raw;
    // Divided by max(L2 norm, 1e-12) if that is wanted, a copy otherwise.
    float *vectors;
    // [n], may be NULL.
    const float *bias;
    uint32_t rows, n;
    bool has_tanh, normalizes;
};

void sentence_forward(const SentenceRows &arguments, cudaStream_t stream);

// The way back: `gradient` of the vectors to that of the rows before bias and tanh, as O.
template <typename O>
void sentence_backward(const SentenceRows &rows, const float *gradient, O *to,
                       cudaStream_t stream);

// Mean squared error and cosine, weighted, against a teacher: writes the gradient of the vectors
// [rows, n] and the loss of each row (f64, [rows]).
struct Loss {
    const float *vectors, *teacher;
    float mean_squared_error, cosine, share;
    float *gradient;
    double *row_losses;
    uint32_t rows, n;
};

void loss_gradient(const Loss &arguments, cudaStream_t stream);

// *to = sum of values [count], in a fixed order.
void sum_f64(const double *values, uint64_t count, double *to, cudaStream_t stream);

}  // namespace ajan
