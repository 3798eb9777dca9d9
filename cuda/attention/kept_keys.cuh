// Dropout masks in the layout of a warp's sums: queries are rows, keys are columns.
#pragma once
#include "probability_dropout.cuh"
#include "teams.cuh"

namespace ajan {

// Of the 128 keys of a group, those that this lane meets, for its queries g and g + 8: bit 4 j + e
// is key 16 j + residue e, where the residues are c, c + 1, c + 8, c + 9 for c = tile_column().
struct KeptKeys {
    uint32_t row[2];
};

__device__ __forceinline__ KeptKeys draw_keys(const AttentionCall &call, const WarpWork &work,
                                              uint32_t group) {
    KeptKeys kept;
    const uint32_t site = site_of(call, work.head);
#pragma unroll
    for (uint32_t half = 0; half < 2; half++) {
        const uint32_t query = work.first + tile_row() + 8 * half;
        kept.row[half] = 0;
#pragma unroll
        for (uint32_t e = 0; e < 4; e++) {
            const uint32_t residue = tile_column() + e % 2 + e / 2 * 8;
            const uint32_t drawn =
                draw_eight(call, work.sequence, site, query, group, residue);
#pragma unroll
            for (uint32_t j = 0; j < DRAWN_TOGETHER; j++) {
                kept.row[half] |= (drawn >> j & 1) << (4 * j + e);
            }
        }
    }
    return kept;
}

// Zero where a key is dropped; `first` is the first of the 32 keys. The factor is left out.
__device__ __forceinline__ void drop_keys(MeetSums &sums, const KeptKeys &kept, uint32_t first) {
    const uint32_t shift = first % DROPOUT_GROUP / DROPOUT_LANES * 4;
#pragma unroll
    for (uint32_t n = 0; n < MEET_GROUPS; n++) {
#pragma unroll
        for (uint32_t i = 0; i < 4; i++) {
            const uint32_t bits = kept.row[i / 2] >> shift;
            if (!(bits >> (n / 2 * 4 + n % 2 * 2 + i % 2) & 1)) sums.group[n][i] = 0;
        }
    }
}

}  // namespace ajan
