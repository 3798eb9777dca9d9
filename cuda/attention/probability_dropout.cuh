// Dropout of probabilities, with the masks of the processor: number e of a row (the place of the
// key) is drawn from half (e / 16) % 2 of word (e % 128) / 32 of counter (e / 128) 16 + e % 16.
#pragma once
#include "../device/philox.cuh"
#include "attention.h"

namespace ajan {

constexpr uint32_t DRAWN_TOGETHER = DROPOUT_GROUP / DROPOUT_LANES;

__device__ __forceinline__ uint32_t site_of(const AttentionCall &call, uint32_t head) {
    return call.dropout_site | head << 16;
}

// Bit j tells whether key 128 group + 16 j + residue is kept, for the eight keys of one draw.
__device__ __forceinline__ uint32_t draw_eight(const AttentionCall &call, uint32_t sequence,
                                               uint32_t site, uint32_t query, uint32_t group,
                                               uint32_t residue) {
    uint32_t c[4] = {group * DROPOUT_LANES + residue, query, call.first_sequence + sequence, site};
    philox(c, call.dropout_key[0], call.dropout_key[1]);
    uint32_t kept = 0;
#pragma unroll
    for (uint32_t word = 0; word < 4; word++) {
        kept |= uint32_t((c[word] & 0xffff) >= call.dropout_threshold) << (2 * word);
        kept |= uint32_t((c[word] >> 16) >= call.dropout_threshold) << (2 * word + 1);
    }
    return kept;
}

// Whether one probability is kept.
__device__ __forceinline__ bool keeps(const AttentionCall &call, uint32_t sequence, uint32_t site,
                                      uint32_t query, uint32_t key) {
    uint32_t kept = draw_eight(call, sequence, site, query, key / DROPOUT_GROUP,
                               key % DROPOUT_LANES);
    return kept >> key % DROPOUT_GROUP / DROPOUT_LANES & 1;
}

}  // namespace ajan
