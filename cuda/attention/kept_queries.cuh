// Dropout masks in the layout of the pass over keys: keys are rows, queries are columns.
#pragma once
#include "probability_dropout.cuh"
#include "teams.cuh"

namespace ajan {

// The warps of a wide tile share their draws: byte (query, residue) holds a bit for each of the
// tile's 16-key parts, so one draw serves four warps.
constexpr uint32_t KEPT_BYTES = Team<true>::stage_rows * DROPOUT_LANES;

// For queries [first, first + stage_rows) and the wide tile to which `key` belongs.
__device__ __forceinline__ void stage_kept(uint8_t *staged, const AttentionCall &call,
                                           const WarpWork &work, uint32_t tile_first,
                                           uint32_t first) {
    const uint32_t shift = tile_first % DROPOUT_GROUP / DROPOUT_LANES;
    for (uint32_t i = threadIdx.x; i < KEPT_BYTES; i += Team<true>::threads) {
        const uint32_t query = first + i / DROPOUT_LANES, residue = i % DROPOUT_LANES;
        uint32_t drawn = 0;
        if (query < work.length) {
            drawn = draw_eight(call, work.sequence, site_of(call, work.head), query,
                               tile_first / DROPOUT_GROUP, residue);
        }
        staged[i] = static_cast<uint8_t>(drawn >> shift);
    }
}

// Bit 4 n + i: whether sum i of group n is of a kept probability; `staged` begins at the first of
// the 32 queries.
__device__ __forceinline__ uint32_t staged_bits(const uint8_t *staged) {
    uint32_t bits = 0;
#pragma unroll
    for (uint32_t n = 0; n < MEET_GROUPS; n++) {
#pragma unroll
        for (uint32_t i = 0; i < 4; i++) {
            const uint32_t query = 8 * n + tile_column() + i % 2;
            const uint32_t residue = tile_row() + i / 2 * 8;
            const uint32_t own = staged[query * DROPOUT_LANES + residue] >> warp_of_thread();
            bits |= (own & 1) << (4 * n + i);
        }
    }
    return bits;
}

// The same, drawn by the warp itself, for the 32 queries from `first` on.
__device__ __forceinline__ uint32_t drawn_bits(const AttentionCall &call, const WarpWork &work,
                                               uint32_t first) {
    const uint32_t site = site_of(call, work.head), group = work.first / DROPOUT_GROUP;
    const uint32_t shift = work.first % DROPOUT_GROUP / DROPOUT_LANES;
    uint32_t bits = 0;
#pragma unroll
    for (uint32_t n = 0; n < MEET_GROUPS; n++) {
        // Past the last query nothing is read; whole warps leave together.
        if (first + 8 * n >= work.length) break;
#pragma unroll
        for (uint32_t i = 0; i < 4; i++) {
            const uint32_t query = first + 8 * n + tile_column() + i % 2;
            const uint32_t residue = tile_row() + i / 2 * 8;
            const uint32_t drawn = draw_eight(call, work.sequence, site, query, group, residue);
            bits |= (drawn >> shift & 1) << (4 * n + i);
        }
    }
    return bits;
}

}  // namespace ajan
