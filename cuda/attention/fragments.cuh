// Tiles of a warp on tensor cores: 16 rows that stay in registers against 32 rows in shared memory.
// Lane g 4 + t holds of every 8 columns those at 2t and 2t + 1, of rows g and g + 8.
#pragma once
#include "../device/numbers.cuh"
#include "../device/warp.cuh"

namespace ajan {

constexpr uint32_t TILE = 16;
// Rows of the other side that meet a tile at once, and their groups of eight.
constexpr uint32_t MEET = 32;
constexpr uint32_t MEET_GROUPS = MEET / 8;

// Rows in shared memory lie D + 8 numbers apart: eight rows touch all banks once.
template <uint32_t D>
constexpr uint32_t STAGE_LD = D + 8;

// 16 x D, as left factor.
template <uint32_t D>
struct LeftTile {
    uint32_t step[D / 16][4];
};

// 16 x 32 sums, or 16 x D of them.
struct MeetSums {
    float group[MEET_GROUPS][4];
};
template <uint32_t D>
struct HeadSums {
    float group[D / 8][4];
};

__device__ __forceinline__ uint32_t tile_row() { return lane_of_thread() / 4; }
__device__ __forceinline__ uint32_t tile_column() { return lane_of_thread() % 4 * 2; }

// Columns c and c + 1 of a row.
__device__ __forceinline__ uint32_t load_pair(const bf16 *place) {
    return *reinterpret_cast<const uint32_t *>(place);
}

// `valid` of the 16 rows exist; the others are zero.
template <uint32_t D>
__device__ __forceinline__ LeftTile<D> load_left(const bf16 *rows, size_t ld, uint32_t valid) {
    LeftTile<D> tile;
    const uint32_t g = tile_row(), c = tile_column();
    const bool has_low = g < valid, has_high = g + 8 < valid;
    const bf16 *low = rows + g * ld + c, *high = low + 8 * ld;
#pragma unroll
    for (uint32_t s = 0; s < D / 16; s++) {
        tile.step[s][0] = has_low ? load_pair(low + 16 * s) : 0;
        tile.step[s][1] = has_high ? load_pair(high + 16 * s) : 0;
        tile.step[s][2] = has_low ? load_pair(low + 16 * s + 8) : 0;
        tile.step[s][3] = has_high ? load_pair(high + 16 * s + 8) : 0;
    }
    return tile;
}

// The product of 16 rows with 32 rows [32, D] in shared memory, row by row.
template <uint32_t D>
__device__ __forceinline__ MeetSums meet(const LeftTile<D> &left, const bf16 *staged) {
    MeetSums sums;
    const uint32_t lane = lane_of_thread();
    // Lane 8 m + r gives row r, numbers [8 m, 8 m + 8).
    const bf16 *place = staged + lane % 8 * STAGE_LD<D> + lane / 8 * 8;
#pragma unroll
    for (uint32_t group = 0; group < MEET_GROUPS; group++) {
#pragma unroll
        for (uint32_t i = 0; i < 4; i++) sums.group[group][i] = 0;
#pragma unroll
        for (uint32_t s = 0; s < D / 16; s += 2) {
            uint32_t right[4];
            load_matrices(right, place + group * 8 * STAGE_LD<D> + 16 * s);
            mma_m16n8k16(sums.group[group], left.step[s], right);
            mma_m16n8k16(sums.group[group], left.step[s + 1], right + 2);
        }
    }
    return sums;
}

// sums [16, D] += weights [16, 32] rounded to bf16 times 32 rows in shared memory.
template <uint32_t D>
__device__ __forceinline__ void gather(HeadSums<D> &sums, const MeetSums &weights,
                                       const bf16 *staged) {
    const uint32_t lane = lane_of_thread();
    // Lane 8 m + r gives row 8 (m % 2) + r, numbers [8 (m / 2), 8 (m / 2) + 8).
    const bf16 *place = staged + lane % 16 * STAGE_LD<D> + lane / 16 * 8;
#pragma unroll
    for (uint32_t s = 0; s < MEET / 16; s++) {
        const float *even = weights.group[2 * s], *odd = weights.group[2 * s + 1];
        const uint32_t left[4] = {pack_bf16(even[0], even[1]), pack_bf16(even[2], even[3]),
                                  pack_bf16(odd[0], odd[1]), pack_bf16(odd[2], odd[3])};
#pragma unroll
        for (uint32_t pair = 0; pair < D / 16; pair++) {
            uint32_t right[4];
            load_matrices_transposed(right, place + s * 16 * STAGE_LD<D> + 16 * pair);
            mma_m16n8k16(sums.group[2 * pair], left, right);
            mma_m16n8k16(sums.group[2 * pair + 1], left, right + 2);
        }
    }
}

template <uint32_t D>
__device__ __forceinline__ HeadSums<D> no_head_sums() {
    HeadSums<D> sums;
#pragma unroll
    for (uint32_t group = 0; group < D / 8; group++) {
#pragma unroll
        for (uint32_t i = 0; i < 4; i++) sums.group[group][i] = 0;
    }
    return sums;
}

// Rows g and g + 8 times a factor each; `valid` of the 16 rows exist.
template <uint32_t D>
__device__ __forceinline__ void store_head_sums(const HeadSums<D> &sums, const float factor[2],
                                                bf16 *rows, size_t ld, uint32_t valid) {
#pragma unroll
    for (uint32_t half = 0; half < 2; half++) {
        const uint32_t row = tile_row() + 8 * half;
        if (row >= valid) continue;
#pragma unroll
        for (uint32_t group = 0; group < D / 8; group++) {
            const float *own = sums.group[group] + 2 * half;
            *reinterpret_cast<uint32_t *>(rows + row * ld + 8 * group + tile_column()) =
                pack_bf16(own[0] * factor[half], own[1] * factor[half]);
        }
    }
}

// Over the four lanes that share rows g and g + 8.
__device__ __forceinline__ float quad_sum(float value) {
    value += __shfl_xor_sync(ALL_LANES, value, 1);
    return value + __shfl_xor_sync(ALL_LANES, value, 2);
}
__device__ __forceinline__ float quad_max(float value) {
    value = fmaxf(value, __shfl_xor_sync(ALL_LANES, value, 1));
    return fmaxf(value, __shfl_xor_sync(ALL_LANES, value, 2));
}

}  // namespace ajan
