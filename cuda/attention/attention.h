// Softmax attention over packed sequences, forward and backward: what the runtime calls.
//
// T is float or bf16. Probabilities, their sums and the logarithms of these are f32 always. Dropout
// masks are those of the processor: position = place of the query in its sequence, index = place of
// the key, sequence = first_sequence + number in the batch, site = site | head << 16.
#ifndef AJAN_ATTENTION_H
#define AJAN_ATTENTION_H
#include "../device/platform.cuh"

#include <stddef.h>
#include <stdint.h>

namespace ajan {

// Rows of one sequence that are computed together: up to 16 of a short one by a warp, up to 64 of a
// long one by a block, so that short sequences fill the device and none waits for the longest.
struct AttentionTile {
    // First token of the sequence in the batch, and its tokens.
    uint32_t start, length;
    // Number of the sequence in the batch; first row of the tile within the sequence.
    uint32_t sequence, first;
};
constexpr uint32_t ATTENTION_TILE = 16, ATTENTION_WIDE_TILE = 64;

// One call; pointers are device pointers.
struct AttentionCall {
    uint32_t token_count;
    // [tile_count], from attention_tiles.
    const AttentionTile *tiles;
    uint32_t tile_count;
    // The first ones, those of long sequences.
    uint32_t wide_tile_count;
    uint32_t head_count, head_size;
    // 1 / sqrt(head_size)
    float scale;
    // As ck_dropout; threshold 0 switches it off.
    uint32_t dropout_threshold, dropout_key[2], dropout_site, first_sequence;
    float dropout_scale;
};

// On the host: the tiles of a batch, longest sequences first, and how many of them are wide;
// `tiles` may be NULL to count them. Never more than tokens / ATTENTION_TILE + sequences.
uint32_t attention_tiles(const uint32_t *starts, uint32_t sequence_count, AttentionTile *tiles,
                         uint32_t *wide_tile_count);

// Whether there are kernels for this head size: any up to 128, of which 32 and 64 use tensor cores
// in bf16 (then rows of qkv have to begin at multiples of 16 bytes).
bool attention_supports(uint32_t head_size);

// qkv [tokens, 3 H]: query, key, value side by side, heads side by side in each; out [tokens, H];
// logsumexp [tokens, heads], may be NULL when there will be no backward pass.
template <typename T>
void attention_forward(const AttentionCall &call, const T *qkv, T *out, float *logsumexp,
                       Stream stream);

// `out_gradient` and `out` [tokens, H], `qkv_gradient` [tokens, 3 H], all written; `scratch` has
// attention_scratch_bytes.
template <typename T>
void attention_backward(const AttentionCall &call, const T *qkv, const T *out,
                        const T *out_gradient, const float *logsumexp, T *qkv_gradient,
                        void *scratch, Stream stream);

// For the row sums of out * out_gradient, [tokens, heads] f32.
size_t attention_scratch_bytes(uint64_t tokens, uint32_t head_count);

}  // namespace ajan
#endif
