#include "../kernels/tables.h"
#include "network.h"

namespace ajan {

template <typename T>
void Network<T>::backward(const float *vector_gradient, const DeviceTargets &targets) {
    backward_sentences(vector_gradient);
    for (uint32_t index = shape.layer_count; index-- > model.options.lowest_layer;) {
        backward_layer(index, index > 0 ? rows.layers[index - 1].hidden : rows.embeddings);
    }
    learns = true;
    if (!model.options.freezes_embeddings) backward_embeddings(targets);
}

template <typename T>
void Network<T>::backward_sentences(const float *vector_gradient) {
    uint32_t sequences = batch.sequence_count;
    if (shape.has_dense) {
        // raw = W pooled + b
        sentence_backward(sentence_rows(), vector_gradient, rows.raw_gradient, stream);
        add_weight_gradient(shape.dense, rows.raw_gradient, rows.pooled_factor, sequences);
        if (shape.dense.bias != AJAN_CUDA_NONE) {
            column_sums(rows.raw_gradient, sequences, shape.dimensions(), rows.partials, stream);
            finish_sums(column_blocks(sequences), shape.dimensions(), {shape.dense.bias});
        }
        Product p = {};
        p.a = rows.raw_gradient, p.b = factor(shape.dense.weight), p.c = rows.pooled_gradient;
        p.m = sequences, p.n = shape.hidden_size, p.k = shape.dense.output_size;
        p.is_bf16 = model.options.is_bf16, p.gives_f32 = true;
        multiply(model.engine.get(), p, stream);
    } else {
        sentence_backward(sentence_rows(), vector_gradient, rows.pooled_gradient, stream);
    }
    Spreading<T> a = {};
    a.pooled_gradient = rows.pooled_gradient;
    a.starts = batch.starts, a.sequence_of_row = batch.sequence_of_row;
    a.hidden_gradient = rows.gradient;
    a.rows = batch.token_count, a.n = shape.hidden_size;
    a.takes_first = shape.pooling == AJAN_CUDA_POOL_CLS;
    spread(a, stream);
}

// Replaces rows.gradient, the gradient of the layer's output, by that of its input.
template <typename T>
void Network<T>::backward_layer(uint32_t index, const T *input) {
    learns = index >= model.options.frozen_layers;
    backward_feed_forward(index);
    backward_attention(index, input);
}

template <typename T>
void Network<T>::backward_feed_forward(uint32_t index) {
    const ajan_cuda_layer &layer = shape.layers[index];
    const LayerRows<T> &own = rows.layers[index];
    uint32_t tokens = batch.token_count, wide = shape.intermediate_size;
    // hidden = LayerNorm(attended + dropout(block))
    const T *block = norm_backward_of(layer.output_norm, layer.output.bias,
                                      own.output_normalized, own.output_inverse, 3 * index + 3);
    // block = W_2 gelu(W_1 attended)
    pull_back(layer.output, block, rows.wide_gradient, false);
    add_weight_gradient(layer.output, block, own.activated, tokens);
    gelu_backward(own.intermediate, rows.wide_gradient, tokens, wide,
                  learns ? rows.partials : nullptr, stream);
    finish_sums(column_blocks(tokens), wide, {layer.intermediate.bias});
    add_weight_gradient(layer.intermediate, rows.wide_gradient, own.attended, tokens);
    // attended reaches the sum directly and through W_1
    pull_back(layer.intermediate, rows.wide_gradient, rows.gradient, true);
}

template <typename T>
void Network<T>::backward_attention(uint32_t index, const T *input) {
    const ajan_cuda_layer &layer = shape.layers[index];
    const LayerRows<T> &own = rows.layers[index];
    uint32_t tokens = batch.token_count;
    // attended = LayerNorm(input + dropout(block))
    const T *block =
        norm_backward_of(layer.attention_norm, layer.attention_output.bias,
                         own.attention_normalized, own.attention_inverse, 3 * index + 2);
    // block = W_o context
    add_weight_gradient(layer.attention_output, block, own.context, tokens);
    pull_back(layer.attention_output, block, rows.context_gradient, false);
    // context = attention(W_qkv input)
    attention_backward(attention(index), own.query_key_value, own.context, rows.context_gradient,
                       own.logsumexp, rows.wide_gradient, rows.attention_scratch, stream);
    if (learns && layer.query_key_value.bias != AJAN_CUDA_NONE) {
        uint32_t width = 3 * shape.hidden_size;
        column_sums(rows.wide_gradient, tokens, width, rows.partials, stream);
        finish_sums(column_blocks(tokens), width, {layer.query_key_value.bias});
    }
    add_weight_gradient(layer.query_key_value, rows.wide_gradient, input, tokens);
    pull_back(layer.query_key_value, rows.wide_gradient, rows.gradient, true);
}

template <typename T>
void Network<T>::backward_embeddings(const DeviceTargets &targets) {
    NormBackward<T> a = {};
    a.dy = rows.gradient, a.normalized = rows.embedding_normalized;
    a.inverse = rows.embedding_inverse, a.gamma = number(shape.embedding_norm.weight);
    a.ds = rows.block, a.partials = rows.partials;
    a.rows = batch.token_count, a.n = shape.hidden_size;
    a.output_dropout = dropout(0), a.places = places;
    norm_backward(a, stream);
    // Every token has row 0 of the types.
    finish_sums(norm_backward_blocks(batch.token_count), shape.hidden_size,
                {shape.embedding_norm.weight, shape.embedding_norm.bias, shape.types});
    GroupSums<T> sums = {};
    sums.rows = rows.block, sums.n = shape.hidden_size;
    auto add = [&](const DeviceGroups &groups, const int32_t *ids, float *table) {
        sums.starts = groups.starts, sums.members = groups.members, sums.targets = groups.targets;
        sums.count = groups.count;
        sums.long_groups = groups.long_groups, sums.long_count = groups.long_count;
        sums.row_of_target = ids, sums.table = table;
        add_group_sums(sums, stream);
    };
    add(targets.words, model.step_ids.as<int32_t>(), model.word_gradients.as<float>());
    add(targets.positions, nullptr, gradient(shape.positions));
}

// Returns the gradient of x, which with dropout is another one than that of the sum.
template <typename T>
const T *Network<T>::norm_backward_of(const ajan_cuda_norm &norm, uint64_t x_bias,
                                      const T *normalized, const float *inverse, uint32_t site) {
    NormBackward<T> a = {};
    a.dy = rows.gradient, a.ds = rows.gradient;
    a.normalized = normalized, a.inverse = inverse, a.gamma = number(norm.weight);
    a.dropout = dropout(site), a.places = places;
    a.dx = a.dropout.threshold > 0 ? rows.block : nullptr;
    a.partials = learns ? rows.partials : nullptr;
    a.rows = batch.token_count, a.n = shape.hidden_size;
    norm_backward(a, stream);
    finish_sums(norm_backward_blocks(a.rows), a.n, {norm.weight, norm.bias, x_bias});
    return a.dx ? a.dx : a.ds;
}

template <typename T>
void Network<T>::pull_back(const ajan_cuda_linear &linear, const T *dy, T *dx, bool accumulates) {
    Product p = {};
    p.a = dy, p.b = factor(linear.weight), p.c = dx;
    p.m = batch.token_count, p.n = linear.input_size, p.k = linear.output_size;
    p.is_bf16 = model.options.is_bf16, p.accumulates = accumulates;
    multiply(model.engine.get(), p, stream);
}

template <typename T>
void Network<T>::add_weight_gradient(const ajan_cuda_linear &linear, const T *dy, const T *x,
                                     uint32_t count) {
    if (!learns) return;
    Product p = {};
    p.a = dy, p.b = x, p.c = gradient(linear.weight);
    p.m = linear.output_size, p.n = linear.input_size, p.k = count;
    p.transposes_a = true, p.is_bf16 = model.options.is_bf16;
    p.gives_f32 = true, p.accumulates = true;
    multiply(model.engine.get(), p, stream);
}

template <typename T>
void Network<T>::finish_sums(uint32_t blocks, uint32_t n,
                             std::initializer_list<uint64_t> targets) {
    if (!learns) return;
    PartialSums sums = {};
    sums.partials = rows.partials, sums.blocks = blocks, sums.n = n;
    bool is_wanted = false;
    for (uint64_t place : targets) {
        if (place != AJAN_CUDA_NONE) sums.to[sums.parts] = gradient(place), is_wanted = true;
        sums.parts++;
    }
    if (is_wanted) add_partials(sums, stream);
}

template class Network<float>;
template class Network<bf16>;

}  // namespace ajan
