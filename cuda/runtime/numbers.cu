// Reading and writing what a model holds: parameters, moments, gradients.
#include "steps.h"

#include "../kernels/tables.h"

#include <string.h>

namespace ajan {
namespace {

void check_span(uint64_t first, uint64_t count, uint64_t total, const void *values) {
    if (first > total || count > total - first || (!values && count > 0)) {
        fail(AJAN_CUDA_UNSUPPORTED, "numbers " + std::to_string(first) + " ..< " +
                                        std::to_string(first + count) + " of " +
                                        std::to_string(total));
    }
}

void download(const float *from, float *to, uint64_t count, cudaStream_t stream) {
    if (count == 0) return;
    check(cudaMemcpyAsync(to, from, count * sizeof(float), cudaMemcpyDeviceToHost, stream),
          "downloading numbers");
    check(cudaStreamSynchronize(stream), "downloading numbers");
}

void upload(const float *from, float *to, uint64_t count, cudaStream_t stream) {
    if (count == 0) return;
    check(cudaMemcpyAsync(to, from, count * sizeof(float), cudaMemcpyHostToDevice, stream),
          "uploading numbers");
    check(cudaStreamSynchronize(stream), "uploading numbers");
}

const DeviceMemory &moments_of(const Model &model, uint32_t numbers) {
    if (!model.options.trains) fail(AJAN_CUDA_UNSUPPORTED, "the model was not made for training");
    bool is_first = numbers == AJAN_CUDA_FIRST_MOMENTS;
    return is_first ? model.first_moments : model.second_moments;
}

// Those below first_moment are the word table's, which is frozen then.
void read_moments(Model &model, uint32_t numbers, uint64_t first, uint64_t count, float *values) {
    const DeviceMemory &moments = moments_of(model, numbers);
    uint64_t frozen = first < model.first_moment ? model.first_moment - first : 0;
    if (frozen > count) frozen = count;
    if (frozen > 0) memset(values, 0, frozen * sizeof(float));
    if (frozen == count) return;
    const float *from = moments.as<float>() + (first + frozen - model.first_moment);
    download(from, values + frozen, count - frozen, model.compute);
}

void write_moments(Model &model, uint32_t numbers, uint64_t first, uint64_t count,
                   const float *values) {
    const DeviceMemory &moments = moments_of(model, numbers);
    uint64_t frozen = first < model.first_moment ? model.first_moment - first : 0;
    if (frozen > count) frozen = count;
    for (uint64_t i = 0; i < frozen; i++) {
        if (values[i] != 0) fail(AJAN_CUDA_UNSUPPORTED, "moments for a frozen word table");
    }
    if (first < model.shape.dense_start) model.stamps_are_stale = model.first_moment == 0;
    if (frozen == count) return;
    float *to = moments.as<float>() + (first + frozen - model.first_moment);
    upload(values + frozen, to, count - frozen, model.compute);
}

// Calls body(numbers on the device, first of them, count) for pieces of the word gradients that
// were gathered into the workspace.
template <typename Body>
void for_word_gradients(Model &model, uint64_t first, uint64_t count, Body body) {
    uint64_t width = model.shape.hidden_size;
    uint64_t rows_max = WORKSPACE_BYTES / (width * sizeof(float));
    float *piece = model.workspace.as<float>();
    for (uint64_t done = 0; done < count;) {
        uint64_t row = (first + done) / width, skipped = (first + done) % width;
        uint64_t wanted = (skipped + count - done + width - 1) / width;
        uint32_t rows = uint32_t(wanted < rows_max ? wanted : rows_max);
        NamedRows named = {model.word_gradients.as<float>(),
                           model.step_ids.as<int32_t>() + row, rows, uint32_t(width)};
        gather_rows(named, piece, model.compute);
        uint64_t part = rows * width - skipped;
        if (part > count - done) part = count - done;
        body(named, piece + skipped, done, part);
        done += part;
    }
}

uint64_t word_gradient_count(const Model &model) {
    return uint64_t(model.step.word_count) * model.shape.hidden_size;
}

uint64_t dense_gradient_count(const Model &model) {
    return model.options.trains ? model.shape.dense_count() : 0;
}

}  // namespace

void read_numbers(Model &model, uint32_t numbers, uint64_t first, uint64_t count, float *values) {
    switch (numbers) {
    case AJAN_CUDA_PARAMETERS:
        check_span(first, count, model.shape.parameter_count, values);
        download(model.parameters.as<float>() + first, values, count, model.compute);
        return;
    case AJAN_CUDA_FIRST_MOMENTS:
    case AJAN_CUDA_SECOND_MOMENTS:
        check_span(first, count, model.shape.parameter_count, values);
        read_moments(model, numbers, first, count, values);
        return;
    case AJAN_CUDA_DENSE_GRADIENTS:
        check_span(first, count, dense_gradient_count(model), values);
        download(model.gradients.as<float>() + first, values, count, model.compute);
        return;
    case AJAN_CUDA_WORD_GRADIENTS:
        check_span(first, count, word_gradient_count(model), values);
        for_word_gradients(model, first, count,
                           [&](const NamedRows &, float *piece, uint64_t at, uint64_t part) {
                               download(piece, values + at, part, model.compute);
                           });
        return;
    default: fail(AJAN_CUDA_UNSUPPORTED, "numbers of kind " + std::to_string(numbers));
    }
}

void write_numbers(Model &model, uint32_t numbers, uint64_t first, uint64_t count,
                   const float *values) {
    switch (numbers) {
    case AJAN_CUDA_PARAMETERS:
        check_span(first, count, model.shape.parameter_count, values);
        upload(values, model.parameters.as<float>() + first, count, model.compute);
        model.round_parameters(first, count);
        return;
    case AJAN_CUDA_FIRST_MOMENTS:
    case AJAN_CUDA_SECOND_MOMENTS:
        check_span(first, count, model.shape.parameter_count, values);
        write_moments(model, numbers, first, count, values);
        return;
    case AJAN_CUDA_DENSE_GRADIENTS:
        check_span(first, count, dense_gradient_count(model), values);
        upload(values, model.gradients.as<float>() + first, count, model.compute);
        return;
    case AJAN_CUDA_WORD_GRADIENTS:
        check_span(first, count, word_gradient_count(model), values);
        for_word_gradients(model, first, count,
                           [&](const NamedRows &rows, float *piece, uint64_t at, uint64_t part) {
                               upload(values + at, piece, part, model.compute);
                               scatter_rows(rows, model.workspace.as<float>(), model.compute);
                           });
        return;
    default: fail(AJAN_CUDA_UNSUPPORTED, "numbers of kind " + std::to_string(numbers));
    }
}

}  // namespace ajan
