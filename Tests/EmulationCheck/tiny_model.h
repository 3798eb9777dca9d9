// A tiny student and a batch for it, in the form that the table of the CUDA library takes.
#pragma once
#include "cuda_emulation.h"

#include <string>
#include <vector>

struct TinyModel {
    ajan_cuda_shape shape = {};
    ajan_cuda_layer layer = {};
    std::vector<ajan_cuda_segment> segments;
    ajan_cuda_options options = {};
    std::vector<float> parameters;

    TinyModel() {
        constexpr uint32_t size = 16, wide = 24;
        shape.hidden_size = size, shape.intermediate_size = wide;
        shape.layer_count = 1, shape.head_count = 2;
        shape.vocabulary_size = 11, shape.position_count = 8, shape.type_count = 2;
        shape.norm_epsilon = 1e-5f, shape.normalizes = 1;
        shape.dense_start = take(11 * size);
        shape.dense_start = shape.parameter_count;
        shape.positions = take(8 * size);
        shape.types = take(2 * size);
        shape.embedding_norm = norm();
        layer.query_key_value = linear(3 * size, size);
        layer.attention_output = linear(size, size);
        layer.attention_norm = norm();
        layer.intermediate = linear(wide, size);
        layer.output = linear(size, wide);
        layer.output_norm = norm();
        shape.layers = &layer;
        uint64_t start = shape.dense_start;
        segments = {{start, 160, 1}, {start + 160, shape.parameter_count - start - 160, 0}};
        options.trains = 1;
        options.segments = segments.data(), options.segment_count = 2;
        parameters.resize(shape.parameter_count);
        for (size_t i = 0; i < parameters.size(); i++) {
            parameters[i] = 0.01f * float(int(i * 7919 % 61) - 30);
        }
    }
    TinyModel(const TinyModel &) = delete;

  private:
    uint64_t take(uint64_t count) {
        uint64_t start = shape.parameter_count;
        shape.parameter_count += (count + 15) / 16 * 16;
        return start;
    }
    ajan_cuda_norm norm() {
        uint64_t weight = take(shape.hidden_size);
        return {weight, take(shape.hidden_size)};
    }
    ajan_cuda_linear linear(uint32_t output, uint32_t input) {
        uint64_t weight = take(uint64_t(output) * input);
        return {weight, take(output), output, input};
    }
};

// Two sequences of 3 and 2 tokens.
struct TinyBatch {
    std::vector<int32_t> words = {1, 4, 1, 9, 4}, positions = {0, 1, 2, 0, 1};
    std::vector<uint32_t> starts = {0, 3, 5};
    // Words 1, 4 and 9; positions 0, 1 and 2.
    std::vector<int32_t> ids = {1, 4, 9};
    std::vector<uint32_t> word_starts = {0, 2, 4, 5}, word_members = {0, 2, 1, 4, 3};
    std::vector<uint32_t> place_starts = {0, 2, 4, 5}, place_members = {0, 3, 1, 4, 2};
    std::vector<uint32_t> targets = {0, 1, 2};
    std::vector<float> teacher = std::vector<float>(2 * 16, 0.25f);
    ajan_cuda_batch batch = {};
    ajan_cuda_objective objective = {};

    TinyBatch() {
        batch.token_count = 5, batch.sequence_count = 2;
        batch.word_ids = words.data(), batch.position_ids = positions.data();
        batch.starts = starts.data();
        batch.words = {3, word_starts.data(), word_members.data(), targets.data()};
        batch.positions = {3, place_starts.data(), place_members.data(), targets.data()};
        objective = {1, 0, teacher.data(), 1};
    }
    TinyBatch(const TinyBatch &) = delete;
};
