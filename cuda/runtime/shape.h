// The library's own, checked copy of what a caller says about a model.
#pragma once
#include "error.h"

#include <vector>

namespace ajan {

struct Shape : ajan_cuda_shape {
    // Throws AJAN_CUDA_UNSUPPORTED with what is wrong.
    explicit Shape(const ajan_cuda_shape *shape);

    std::vector<ajan_cuda_layer> own_layers;

    uint32_t head_size() const { return hidden_size / head_count; }
    // Length of a sentence vector.
    uint32_t dimensions() const { return has_dense ? dense.output_size : hidden_size; }
    // Of the rows that hold query, key and value, or the input of GELU.
    uint32_t wide_size() const {
        uint32_t three = 3 * hidden_size;
        return intermediate_size > three ? intermediate_size : three;
    }
    uint64_t dense_count() const { return parameter_count - dense_start; }
    uint64_t word_count() const { return uint64_t(vocabulary_size) * hidden_size; }

  private:
    void check_sizes() const;
    void check_places() const;
    void check_linear(const ajan_cuda_linear &linear, uint32_t output, uint32_t input,
                      const char *name) const;
    void check_norm(const ajan_cuda_norm &norm, const char *name) const;
    void check_range(uint64_t start, uint64_t count, const char *name) const;
};

struct Options {
    Options(const ajan_cuda_options *options, const Shape &shape);

    bool is_bf16, trains, freezes_embeddings;
    uint32_t frozen_layers;
    std::vector<ajan_cuda_segment> segments;

    // The lowest layer that a backward pass reaches; below it nobody needs a gradient.
    uint32_t lowest_layer;
    bool trains_words() const { return trains && !freezes_embeddings; }
};

}  // namespace ajan
