// Batches on their way to the device: checked, copied to pinned memory in one piece, and uploaded
// beside the work of the batch before.
#pragma once
#include "../attention/attention.h"
#include "memory.h"
#include "shape.h"
#include "stream.h"

namespace ajan {

// Of a batch, as of its sequences.
constexpr uint32_t TOKENS_MAX = 1u << 24;

struct DeviceGroups {
    uint32_t count = 0, long_count = 0;
    const uint32_t *starts = nullptr, *members = nullptr, *targets = nullptr;
    const uint32_t *long_groups = nullptr;
};

// A batch as kernels see it; pointers are device pointers.
struct DeviceBatch {
    uint32_t token_count = 0, sequence_count = 0, first_sequence = 0;
    ajan_cuda_dropout dropout = {};
    const int32_t *word_ids = nullptr, *position_ids = nullptr;
    const uint32_t *starts = nullptr, *sequence_of_row = nullptr;
    const AttentionTile *tiles = nullptr;
    uint32_t tile_count = 0, wide_tile_count = 0;
};

// What only a backward pass needs: where rows of gradients go, and rows [sequences, dimensions]
// that belong to the vectors (the teacher's, or their gradient).
struct DeviceTargets {
    DeviceGroups words, positions;
    const float *rows = nullptr;
};

// Throws AJAN_CUDA_UNSUPPORTED for whatever does not fit the shape.
void check_batch(const ajan_cuda_batch *batch, const Shape &shape);
// For training, where a sequence without tokens has no gradient.
void check_sequences(const ajan_cuda_batch &batch);
// `word_rows` is the number of words that have gradients in this step.
void check_targets(const ajan_cuda_batch &batch, const Shape &shape, uint32_t word_rows);

// Memory for one batch, pinned and on the device; two of them take turns.
class BatchSlot {
  public:
    void make();

    // Bytes on the device for at most so many tokens and sequences, with targets or without.
    static uint64_t bytes_needed(uint64_t tokens, uint64_t sequences, const Shape &shape,
                                 bool has_targets);

    struct Content {
        const ajan_cuda_batch *batch;
        // Whether the batch itself is wanted; its groups; rows for the vectors, may be NULL.
        bool has_batch, has_groups;
        const float *rows;
    };

    // Puts the upload on its stream and lets `compute` wait for it.
    void upload(const Content &content, const Shape &shape, MemoryCount &count,
                cudaStream_t uploads, cudaStream_t compute);
    // Nobody touches this slot before the work that `compute` has been given so far is done.
    void keep_until_here(cudaStream_t compute) { used.record(compute); }

    DeviceBatch batch;
    DeviceTargets targets;

  private:
    // Carves host and device memory alike, and fills that of the host if it is not NULL.
    void lay_out(const Content &content, const Shape &shape, Carver &device, Carver &host,
                 bool fills);

    PinnedMemory pinned;
    DeviceMemory memory;
    DeviceEvent uploaded, used;
};

}  // namespace ajan
