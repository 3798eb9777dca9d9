#include "shape.h"

#include "../attention/attention.h"
#include "../device/rows.cuh"

namespace ajan {
namespace {

// Numbers by which tensors of the flat allocation are aligned, as products want it.
constexpr uint64_t TENSOR_ALIGNMENT = 16;
constexpr uint32_t LAYERS_MAX = 1024;
constexpr uint32_t SIZE_MAX_OF_ROWS = 65536;

void require(bool holds, const std::string &text) {
    if (!holds) fail(AJAN_CUDA_UNSUPPORTED, text);
}

}  // namespace

Shape::Shape(const ajan_cuda_shape *shape) : ajan_cuda_shape{} {
    require(shape != nullptr, "the shape is NULL");
    static_cast<ajan_cuda_shape &>(*this) = *shape;
    check_sizes();
    require(shape->layers != nullptr, "the layers are NULL");
    own_layers.assign(shape->layers, shape->layers + layer_count);
    layers = own_layers.data();
    check_places();
}

void Shape::check_sizes() const {
    std::string size = std::to_string(hidden_size);
    require(has_row_form(hidden_size),
            "hidden size " + size + "; multiples of 8 up to " + std::to_string(LARGEST_ROW) +
                " are supported");
    require(head_count > 0 && hidden_size % head_count == 0,
            "hidden size " + size + " is no multiple of " + std::to_string(head_count) + " heads");
    require(attention_supports(head_size()),
            "head size " + std::to_string(head_size()) + " is not supported");
    require(intermediate_size > 0 && intermediate_size <= SIZE_MAX_OF_ROWS,
            "intermediate size " + std::to_string(intermediate_size));
    require(layer_count > 0 && layer_count <= LAYERS_MAX,
            std::to_string(layer_count) + " layers");
    require(vocabulary_size > 0 && vocabulary_size <= INT32_MAX && position_count > 0 &&
                position_count <= INT32_MAX && type_count > 0,
            "an embedding table without rows");
    require(norm_epsilon > 0 && norm_epsilon < 1, "the epsilon of LayerNorm");
    require(pooling <= AJAN_CUDA_POOL_CLS, "pooling mode " + std::to_string(pooling));
    require(dense_activation <= AJAN_CUDA_TANH,
            "activation " + std::to_string(dense_activation) + " of the Dense layer");
    require(parameter_count < uint64_t(1) << 40, "the number of parameters");
}

void Shape::check_places() const {
    require(dense_start <= parameter_count && dense_start >= word_count() &&
                dense_start % TENSOR_ALIGNMENT == 0,
            "the word table does not fit before the other parameters");
    check_range(positions, uint64_t(position_count) * hidden_size, "positions");
    check_range(types, uint64_t(type_count) * hidden_size, "types");
    check_norm(embedding_norm, "embedding_norm");
    for (const ajan_cuda_layer &layer : own_layers) {
        check_linear(layer.query_key_value, 3 * hidden_size, hidden_size, "query_key_value");
        check_linear(layer.attention_output, hidden_size, hidden_size, "attention_output");
        check_norm(layer.attention_norm, "attention_norm");
        check_linear(layer.intermediate, intermediate_size, hidden_size, "intermediate");
        check_linear(layer.output, hidden_size, intermediate_size, "output");
        check_norm(layer.output_norm, "output_norm");
    }
    if (!has_dense) return;
    require(dense.output_size > 0 && dense.output_size <= SIZE_MAX_OF_ROWS,
            "output size " + std::to_string(dense.output_size) + " of the Dense layer");
    check_linear(dense, dense.output_size, hidden_size, "dense");
}

void Shape::check_linear(const ajan_cuda_linear &linear, uint32_t output, uint32_t input,
                         const char *name) const {
    require(linear.output_size == output && linear.input_size == input,
            std::string(name) + " is [" + std::to_string(linear.output_size) + ", " +
                std::to_string(linear.input_size) + "], expected [" + std::to_string(output) +
                ", " + std::to_string(input) + "]");
    check_range(linear.weight, uint64_t(output) * input, name);
    if (linear.bias != AJAN_CUDA_NONE) check_range(linear.bias, output, name);
}

void Shape::check_norm(const ajan_cuda_norm &norm, const char *name) const {
    check_range(norm.weight, hidden_size, name);
    check_range(norm.bias, hidden_size, name);
}

void Shape::check_range(uint64_t start, uint64_t count, const char *name) const {
    // The token type table may follow the positions without a gap.
    uint64_t alignment = TENSOR_ALIGNMENT;
    if (start == types) alignment = is_even(hidden_size) ? CHUNK : 1;
    require(start >= dense_start && start <= parameter_count && count <= parameter_count - start &&
                start % alignment == 0,
            std::string(name) + " lies at " + std::to_string(start) + ", with " +
                std::to_string(count) + " numbers, of parameters " + std::to_string(dense_start) +
                " ..< " + std::to_string(parameter_count));
}

Options::Options(const ajan_cuda_options *options, const Shape &shape) {
    require(options != nullptr, "the options are NULL");
    require(options->precision <= AJAN_CUDA_BF16,
            "precision " + std::to_string(options->precision));
    is_bf16 = options->precision == AJAN_CUDA_BF16;
    trains = options->trains != 0;
    freezes_embeddings = options->freezes_embeddings != 0;
    frozen_layers = options->frozen_layers;
    uint32_t frozen = frozen_layers < shape.layer_count ? frozen_layers : shape.layer_count;
    lowest_layer = !trains ? shape.layer_count : freezes_embeddings ? frozen : 0;
    require(options->segments != nullptr || options->segment_count == 0,
            "the segments are NULL");
    if (!trains) return;
    uint64_t end = shape.dense_start;
    for (uint32_t index = 0; index < options->segment_count; index++) {
        const ajan_cuda_segment &segment = options->segments[index];
        require(segment.start >= end && segment.start <= shape.parameter_count &&
                    segment.count <= shape.parameter_count - segment.start,
                "segment " + std::to_string(index) + " of the optimiser lies at " +
                    std::to_string(segment.start));
        end = segment.start + segment.count;
        segments.push_back(segment);
    }
}

}  // namespace ajan
