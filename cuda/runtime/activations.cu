#include "activations.h"

#include "../attention/attention.h"
#include "../kernels/columns.h"
#include "../kernels/norm.h"

namespace ajan {
namespace {

template <typename T>
LayerRows<T> kept_rows(Carver &carver, const Shape &shape, uint64_t tokens) {
    uint64_t hidden = tokens * shape.hidden_size, wide = tokens * shape.intermediate_size;
    LayerRows<T> rows;
    rows.query_key_value = carver.take<T>(3 * hidden);
    rows.context = carver.take<T>(hidden);
    rows.logsumexp = carver.take<float>(tokens * shape.head_count);
    rows.attended = carver.take<T>(hidden);
    rows.attention_normalized = carver.take<T>(hidden);
    rows.attention_inverse = carver.take<float>(tokens);
    rows.intermediate = carver.take<T>(wide);
    rows.activated = carver.take<T>(wide);
    rows.hidden = carver.take<T>(hidden);
    rows.output_normalized = carver.take<T>(hidden);
    rows.output_inverse = carver.take<float>(tokens);
    return rows;
}

// Rows of all layers that keep nothing: the result of each replaces its input.
template <typename T>
LayerRows<T> passing_rows(Carver &carver, const Shape &shape, uint64_t tokens, T *hidden) {
    LayerRows<T> rows = {};
    rows.query_key_value = carver.take<T>(tokens * shape.wide_size());
    rows.intermediate = rows.activated = rows.query_key_value;
    rows.context = rows.attended = carver.take<T>(tokens * shape.hidden_size);
    rows.hidden = hidden;
    return rows;
}

uint64_t partial_count(const Shape &shape, uint64_t tokens, uint64_t sequences) {
    uint32_t rows = uint32_t(tokens > sequences ? tokens : sequences);
    uint64_t norms = uint64_t(norm_backward_blocks(rows)) * 3 * shape.hidden_size;
    uint64_t widest = shape.wide_size();
    if (shape.dimensions() > widest) widest = shape.dimensions();
    uint64_t columns = uint64_t(column_blocks(rows)) * widest;
    return norms > columns ? norms : columns;
}

// To 1/16 of its size.
uint64_t rounded_up(uint64_t count) {
    uint64_t step = 16;
    while (step * 32 < count) step *= 2;
    return (count + step - 1) / step * step;
}

}  // namespace

template <typename T>
Activations<T>::Activations(Carver &carver, const Shape &shape, const Options &options,
                            uint64_t tokens, uint64_t sequences, bool trains) {
    uint64_t hidden = tokens * shape.hidden_size;
    embeddings = carver.take<T>(hidden);
    if (trains && !options.freezes_embeddings) {
        embedding_normalized = carver.take<T>(hidden);
        embedding_inverse = carver.take<float>(tokens);
    }
    block = carver.take<T>(hidden);
    carve_layers(carver, shape, options, tokens, trains);
    carve_sentences(carver, shape, sequences, trains);
    if (!trains) return;
    gradient = carver.take<T>(hidden);
    context_gradient = carver.take<T>(hidden);
    wide_gradient = carver.take<T>(tokens * shape.wide_size());
    attention_scratch = carver.take<char>(attention_scratch_bytes(tokens, shape.head_count));
    partials = carver.take<float>(partial_count(shape, tokens, sequences));
}

template <typename T>
void Activations<T>::carve_layers(Carver &carver, const Shape &shape, const Options &options,
                                  uint64_t tokens, bool trains) {
    uint32_t lowest = trains ? options.lowest_layer : shape.layer_count;
    if (lowest > 0) {
        layers.assign(lowest, passing_rows(carver, shape, tokens, embeddings));
    }
    while (layers.size() < shape.layer_count) {
        layers.push_back(kept_rows<T>(carver, shape, tokens));
    }
}

template <typename T>
void Activations<T>::carve_sentences(Carver &carver, const Shape &shape, uint64_t sequences,
                                     bool trains) {
    uint64_t hidden = sequences * shape.hidden_size, own = sequences * shape.dimensions();
    pooled = carver.take<float>(hidden);
    pooled_factor = shape.has_dense ? carver.take<T>(hidden) : nullptr;
    raw = shape.has_dense ? carver.take<float>(own) : pooled;
    vectors = carver.take<float>(own);
    if (!trains) return;
    vector_gradient = carver.take<float>(own);
    raw_gradient = shape.has_dense ? carver.take<T>(own) : nullptr;
    pooled_gradient = carver.take<float>(hidden);
    row_losses = carver.take<double>(sequences);
}

template struct Activations<float>;
template struct Activations<bf16>;

uint64_t activation_bytes(const Shape &shape, const Options &options, uint64_t tokens,
                          uint64_t sequences, bool trains) {
    Carver carver(nullptr);
    tokens = rounded_up(tokens), sequences = rounded_up(sequences);
    if (options.is_bf16) {
        Activations<bf16>(carver, shape, options, tokens, sequences, trains);
    } else {
        Activations<float>(carver, shape, options, tokens, sequences, trains);
    }
    return carver.bytes();
}

}  // namespace ajan
