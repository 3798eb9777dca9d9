#include "model.h"

#include "../kernels/tables.h"

namespace ajan {
namespace {

// The sizes of what a model has for good, in bytes; zero for what it does not have.
struct FixedSizes {
    uint64_t parameters, rounded, moments, gradients, word_gradients, stamps, step_ids;
    uint64_t chunks, squares, results;

    FixedSizes(const Shape &shape, const Options &options) {
        bool trains = options.trains, words = options.trains_words();
        uint64_t moved = words ? shape.parameter_count : shape.dense_count();
        parameters = 4 * shape.parameter_count;
        rounded = options.is_bf16 ? 2 * shape.dense_count() : 0;
        moments = trains ? 4 * moved : 0;
        gradients = trains ? 4 * shape.dense_count() : 0;
        word_gradients = words ? 4 * shape.word_count() : 0;
        stamps = step_ids = words ? uint64_t(4) * shape.vocabulary_size : 0;
        chunks = trains ? chunk_count(options) * sizeof(AdamWChunk) : 0;
        uint32_t rows = words ? shape.vocabulary_size : 0;
        squares = trains ? 8 * square_blocks(shape.dense_count(), rows) : 0;
        results = trains ? 8 * (uint64_t(LOSSES_MAX) + 1) : 0;
    }

    static uint64_t chunk_count(const Options &options) {
        uint64_t count = 0;
        for (const ajan_cuda_segment &segment : options.segments) {
            count += (segment.count + ADAMW_CHUNK - 1) / ADAMW_CHUNK;
        }
        return count;
    }

    uint64_t sum() const {
        return aligned(parameters) + aligned(rounded) + 2 * aligned(moments) +
               aligned(gradients) + aligned(word_gradients) + aligned(stamps) +
               aligned(step_ids) + aligned(chunks) + aligned(squares) + aligned(results) +
               aligned(WORKSPACE_BYTES);
    }
};

}  // namespace

uint64_t fixed_bytes(const Shape &shape, const Options &options) {
    return FixedSizes(shape, options).sum();
}

uint64_t bytes_needed(const Shape &shape, const Options &options, uint64_t tokens,
                      uint64_t sequences) {
    // Such a batch is refused, whatever the device.
    if (tokens > TOKENS_MAX || sequences > TOKENS_MAX) return UINT64_MAX;
    uint64_t arena = activation_bytes(shape, options, tokens, sequences, options.trains);
    // A model that learns also gives vectors, with less.
    uint64_t vectors = activation_bytes(shape, options, tokens, sequences, false);
    if (vectors > arena) arena = vectors;
    uint64_t results = aligned(4 * sequences * shape.dimensions());
    return fixed_bytes(shape, options) + arena + 2 * results +
           2 * BatchSlot::bytes_needed(tokens, sequences, shape, options.trains);
}

Model::Model(uint32_t device, const ajan_cuda_shape *given, const ajan_cuda_options *wanted,
             const float *values)
    : device(device), shape(given), options(wanted, shape) {
    if (!values) fail(AJAN_CUDA_UNSUPPORTED, "the parameters are NULL");
    compute.make();
    uploads.make();
    downloads.make();
    ids_uploaded.make();
    for (BatchSlot &slot : slots) slot.make();
    for (VectorSlot &slot : vector_slots) {
        slot.computed.make();
        slot.ready.make();
    }
    allocate();
    check(cudaMemcpyAsync(parameters.as<float>(), values, 4 * shape.parameter_count,
                          cudaMemcpyHostToDevice, compute),
          "uploading the parameters");
    round_parameters(0, shape.parameter_count);
    if (options.trains) plan_adamw();
    compute.wait();
}

void Model::allocate() {
    FixedSizes sizes(shape, options);
    parameters.allocate(memory, sizes.parameters, "parameters");
    rounded.allocate(memory, sizes.rounded, "parameters in bf16");
    first_moment = options.trains_words() ? 0 : shape.dense_start;
    first_moments.allocate(memory, sizes.moments, "first moments");
    second_moments.allocate(memory, sizes.moments, "second moments");
    gradients.allocate(memory, sizes.gradients, "gradients");
    word_gradients.allocate(memory, sizes.word_gradients, "gradients of the word table");
    stamps.allocate(memory, sizes.stamps, "rows of the word table");
    step_ids.allocate(memory, sizes.step_ids, "word ids");
    adamw_chunks.allocate(memory, sizes.chunks, "the optimiser");
    squares.allocate(memory, sizes.squares, "the gradient norm");
    results.allocate(memory, sizes.results, "losses");
    workspace.allocate(memory, WORKSPACE_BYTES, "the workspace of products");
    for (DeviceMemory *zero : {&first_moments, &second_moments, &gradients, &stamps}) {
        if (zero->bytes() == 0) continue;
        check(cudaMemsetAsync(zero->as<char>(), 0, zero->bytes(), compute), "clearing memory");
    }
    engine.reset(make_product_engine(workspace.as<void>()));
}

void Model::plan_adamw() {
    std::vector<AdamWChunk> chunks;
    for (const ajan_cuda_segment &segment : options.segments) {
        for (uint64_t done = 0; done < segment.count; done += ADAMW_CHUNK) {
            uint64_t left = segment.count - done;
            uint32_t count = uint32_t(left < ADAMW_CHUNK ? left : ADAMW_CHUNK);
            // The kernel counts from where the gradients begin.
            chunks.push_back({segment.start - shape.dense_start + done, count, segment.decays});
        }
    }
    adamw_chunk_count = uint32_t(chunks.size());
    if (chunks.empty()) return;
    check(cudaMemcpyAsync(adamw_chunks.as<char>(), chunks.data(),
                          chunks.size() * sizeof(AdamWChunk), cudaMemcpyHostToDevice, compute),
          "uploading the optimiser's plan");
    compute.wait();
}

BatchSlot &Model::take_slot() {
    BatchSlot &slot = slots[next_slot];
    next_slot = 1 - next_slot;
    return slot;
}

void *Model::reserve_arena(uint64_t tokens, uint64_t sequences, bool trains) {
    trace = nullptr;
    uint64_t bytes = activation_bytes(shape, options, tokens, sequences, trains);
    if (bytes > arena.bytes()) {
        compute.wait();
        arena.allocate(memory, bytes, "activations");
    }
    return arena.as<void>();
}

void Model::round_parameters(uint64_t first, uint64_t count) {
    if (!options.is_bf16) return;
    uint64_t last = first + count;
    if (first < shape.dense_start) first = shape.dense_start;
    if (first >= last) return;
    convert(parameters.as<float>() + first, rounded.as<bf16>() + (first - shape.dense_start),
            last - first, compute);
}

}  // namespace ajan
