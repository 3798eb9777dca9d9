// AdamW with the arithmetic of torch.optim.AdamW, as ck_adamw_step says it.
#pragma once
#include "../../Sources/CAccelerator/include/ajan_cuda.h"
#include "../device/rows.cuh"

namespace ajan {

// At most ADAMW_CHUNK parameters that are treated alike; what one block moves.
struct AdamWChunk {
    uint64_t start;
    uint32_t count, decays;
};
constexpr uint32_t ADAMW_CHUNK = 4096;

// Parameters outside of the word table. Starts of chunks count from the start of all these arrays.
struct DenseAdamW {
    const AdamWChunk *chunks;
    uint32_t chunk_count;
    float *parameters, *first, *second;
    const float *gradients;
    // The parameters rounded, for products; NULL in f32.
    bf16 *rounded;
    ajan_cuda_adamw decaying, plain;
};

void apply_dense(const DenseAdamW &arguments, cudaStream_t stream);

// The word table [rows, n]. stamps[row] is `stamp` where this step has a gradient, 0 where the row
// never had one and its moments are zero, so that only decay is left.
struct WordAdamW {
    float *parameters, *first, *second;
    const float *gradients;
    const uint32_t *stamps;
    uint32_t stamp, rows, n;
    ajan_cuda_adamw step;
};

void apply_words(const WordAdamW &arguments, cudaStream_t stream);

// stamps[row] = 1 where it is 0 and a moment of the row is not zero: after moments were written.
void stamp_rows_with_moments(const WordAdamW &arguments, uint32_t *stamps, cudaStream_t stream);

}  // namespace ajan
