// The memory of one forward and backward pass: one allocation, carved into named rows, reused by
// every batch. T tokens, H hidden, F intermediate, S sequences, D dimensions of a vector.
#pragma once
#include "memory.h"
#include "shape.h"

namespace ajan {

// What a layer makes on its way. A layer that takes part in the backward pass keeps all of it:
// 12 H + F * 2 numbers per token. The others share their rows, and have no normalised ones.
template <typename T>
struct LayerRows {
    // [T, 3 H] and [T, H]; the logarithms of the sums of the softmax [T, heads].
    T *query_key_value, *context;
    float *logsumexp;
    // [T, H] and, normalised before gamma and beta, [T, H] with 1 / sigma [T].
    T *attended, *attention_normalized;
    float *attention_inverse;
    // [T, F], input and result of GELU.
    T *intermediate, *activated;
    T *hidden, *output_normalized;
    float *output_inverse;
};

template <typename T>
struct Activations {
    // Carves; from NULL, only counts.
    Activations(Carver &carver, const Shape &shape, const Options &options, uint64_t tokens,
                uint64_t sequences, bool trains);

    // [T, H]; normalised only where the embeddings learn.
    T *embeddings, *embedding_normalized = nullptr;
    float *embedding_inverse = nullptr;
    std::vector<LayerRows<T>> layers;
    // What a block adds, or its gradient, [T, H].
    T *block;

    // For training: gradients of the hidden states and of the context, [T, H].
    T *gradient = nullptr, *context_gradient = nullptr;
    // [T, max(F, 3 H)]
    T *wide_gradient = nullptr;
    void *attention_scratch = nullptr;
    // Sums over blocks of rows, see columns.h and norm.h.
    float *partials = nullptr;

    // [S, H], and the same as T where the Dense layer wants it.
    float *pooled;
    T *pooled_factor;
    // Before and after normalisation, [S, D].
    float *raw, *vectors;
    // For training, [S, D]: gradients of the vectors and of what the Dense product gave; [S, H];
    // and the loss of each row.
    float *vector_gradient = nullptr;
    T *raw_gradient = nullptr;
    float *pooled_gradient = nullptr;
    double *row_losses = nullptr;

  private:
    void carve_layers(Carver &carver, const Shape &shape, const Options &options, uint64_t tokens,
                      bool trains);
    void carve_sentences(Carver &carver, const Shape &shape, uint64_t sequences, bool trains);
};

// Bytes of the arena of a batch. Sizes are rounded up so that batches of one budget, which differ
// by a few tokens, do not each ask for more.
uint64_t activation_bytes(const Shape &shape, const Options &options, uint64_t tokens,
                          uint64_t sequences, bool trains);

}  // namespace ajan
