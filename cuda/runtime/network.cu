#include "network.h"

#include <math.h>

namespace ajan {

namespace {

template <typename T>
Activations<T> carve(const Model &model, const DeviceBatch &batch, bool trains) {
    Carver carver(model.arena.as<void>());
    return Activations<T>(carver, model.shape, model.options, batch.token_count,
                          batch.sequence_count, trains);
}

}  // namespace

template <typename T>
Network<T>::Network(Model &model, const DeviceBatch &batch, bool trains)
    : rows(carve<T>(model, batch, trains)), model(model), shape(model.shape), batch(batch),
      trains(trains), stream(model.compute),
      places{batch.sequence_of_row, batch.starts, batch.first_sequence} {}

template <typename T>
void Network<T>::forward(float *vectors) {
    const T *input = rows.embeddings;
    if (batch.token_count > 0) embed();
    for (uint32_t index = 0; batch.token_count > 0 && index < shape.layer_count; index++) {
        forward_layer(index, input);
        input = rows.layers[index].hidden;
    }
    forward_sentences(vectors ? vectors : rows.vectors);
}

template <typename T>
void Network<T>::embed() {
    Embedding<T> a = {};
    a.words = number(0), a.positions = number(shape.positions), a.types = number(shape.types);
    a.word_ids = batch.word_ids, a.position_ids = batch.position_ids;
    a.gamma = number(shape.embedding_norm.weight), a.beta = number(shape.embedding_norm.bias);
    a.epsilon = shape.norm_epsilon;
    a.normalized = rows.embedding_normalized, a.inverse = rows.embedding_inverse;
    a.y = rows.embeddings;
    a.rows = batch.token_count, a.n = shape.hidden_size;
    a.dropout = dropout(0), a.places = places;
    embedding_forward(a, stream);
}

template <typename T>
void Network<T>::forward_layer(uint32_t index, const T *input) {
    const ajan_cuda_layer &layer = shape.layers[index];
    const LayerRows<T> &own = rows.layers[index];
    uint32_t tokens = batch.token_count;
    // attended = LayerNorm(input + dropout(W_o attention(W_qkv input)))
    apply(layer.query_key_value, input, own.query_key_value, tokens);
    attention_forward(attention(index), own.query_key_value, own.context, own.logsumexp, stream);
    apply(layer.attention_output, own.context, rows.block, tokens);
    NormForward<T> first = norm(layer.attention_norm, rows.block, input, 3 * index + 2);
    first.normalized = own.attention_normalized, first.inverse = own.attention_inverse;
    first.y = own.attended;
    norm_forward(first, stream);
    // hidden = LayerNorm(attended + dropout(W_2 gelu(W_1 attended)))
    apply(layer.intermediate, own.attended, own.intermediate, tokens);
    gelu_forward(own.intermediate, own.activated, size_t(tokens) * shape.intermediate_size,
                 stream);
    apply(layer.output, own.activated, rows.block, tokens);
    NormForward<T> second = norm(layer.output_norm, rows.block, own.attended, 3 * index + 3);
    second.normalized = own.output_normalized, second.inverse = own.output_inverse;
    second.y = own.hidden;
    norm_forward(second, stream);
}

template <typename T>
void Network<T>::forward_sentences(float *vectors) {
    uint32_t sequences = batch.sequence_count;
    Pooling<T> pooling = {};
    pooling.hidden = rows.layers.back().hidden, pooling.starts = batch.starts;
    pooling.pooled = rows.pooled, pooling.factor = rows.pooled_factor;
    pooling.sequences = sequences, pooling.n = shape.hidden_size;
    pooling.takes_first = shape.pooling == AJAN_CUDA_POOL_CLS;
    pool(pooling, stream);
    if (shape.has_dense && sequences > 0) {
        // The bias follows in f32 with the activation.
        Product p = {};
        p.a = rows.pooled_factor, p.b = factor(shape.dense.weight), p.c = rows.raw;
        p.m = sequences, p.n = shape.dense.output_size, p.k = shape.hidden_size;
        p.transposes_b = true, p.is_bf16 = model.options.is_bf16, p.gives_f32 = true;
        multiply(model.engine.get(), p, stream);
    }
    SentenceRows sentences = sentence_rows();
    sentences.vectors = vectors;
    sentence_forward(sentences, stream);
}

template <typename T>
void Network<T>::apply(const ajan_cuda_linear &linear, const T *x, T *y, uint32_t count) {
    Product p = {};
    p.a = x, p.b = factor(linear.weight), p.c = y;
    p.bias = linear.bias == AJAN_CUDA_NONE ? nullptr : factor(linear.bias);
    p.m = count, p.n = linear.output_size, p.k = linear.input_size;
    p.transposes_b = true, p.is_bf16 = model.options.is_bf16;
    multiply(model.engine.get(), p, stream);
}

template <typename T>
NormForward<T> Network<T>::norm(const ajan_cuda_norm &norm, const T *x, const T *residual,
                                uint32_t site) const {
    NormForward<T> a = {};
    a.x = x, a.residual = residual;
    a.gamma = number(norm.weight), a.beta = number(norm.bias), a.epsilon = shape.norm_epsilon;
    a.rows = batch.token_count, a.n = shape.hidden_size;
    a.dropout = dropout(site), a.places = places;
    return a;
}

template <typename T>
AttentionCall Network<T>::attention(uint32_t index) const {
    AttentionCall call = {};
    call.token_count = batch.token_count;
    call.tiles = batch.tiles, call.tile_count = batch.tile_count;
    call.wide_tile_count = batch.wide_tile_count;
    call.head_count = shape.head_count, call.head_size = shape.head_size();
    call.scale = 1 / sqrtf(float(shape.head_size()));
    uint32_t threshold = trains ? batch.dropout.attention_threshold : 0;
    call.dropout_threshold = threshold;
    call.dropout_scale = 65536 / (65536 - float(threshold));
    call.dropout_key[0] = batch.dropout.key[0], call.dropout_key[1] = batch.dropout.key[1];
    call.dropout_site = 3 * index + 1, call.first_sequence = batch.first_sequence;
    return call;
}

template <typename T>
Dropout Network<T>::dropout(uint32_t site) const {
    uint32_t threshold = trains ? batch.dropout.hidden_threshold : 0;
    return {threshold, 65536 / (65536 - float(threshold)),
            {batch.dropout.key[0], batch.dropout.key[1]}, site};
}

template <typename T>
SentenceRows Network<T>::sentence_rows() const {
    SentenceRows a = {};
    a.raw = rows.raw, a.vectors = rows.vectors;
    bool has_bias = shape.has_dense && shape.dense.bias != AJAN_CUDA_NONE;
    a.bias = has_bias ? number(shape.dense.bias) : nullptr;
    a.rows = batch.sequence_count, a.n = shape.dimensions();
    a.has_tanh = shape.has_dense && shape.dense_activation == AJAN_CUDA_TANH;
    a.normalizes = shape.normalizes != 0;
    return a;
}

template class Network<float>;
template class Network<bf16>;

}  // namespace ajan
