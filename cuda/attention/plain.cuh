// What the plain form's passes share: a warp has one row (a query, or a key), its lanes take 32
// rows of the other side at a time for the scores, and the columns of the head for the sums.
#pragma once
#include "../device/warp.cuh"
#include "forms.h"
#include "probability_dropout.cuh"

namespace ajan {

constexpr uint32_t PLAIN_WARPS = 4;
// Columns of a head that one lane holds, 32 apart.
constexpr uint32_t PLAIN_COLUMNS = 4;

struct PlainSums {
    float of[PLAIN_COLUMNS];
};

// The rows of one matrix of one head of one sequence.
template <typename T>
struct HeadRows {
    T *first;
    size_t ld;
    __device__ T *row(uint32_t index) const { return first + index * ld; }
};

// Part 0, 1, 2: queries, keys, values of qkv; of a matrix [tokens, H], part 0.
template <typename T>
__device__ __forceinline__ HeadRows<T> rows_of(T *matrix, uint32_t parts, uint32_t part,
                                               const AttentionCall &call, uint32_t start,
                                               uint32_t head) {
    size_t hidden = size_t(call.head_count) * call.head_size, ld = parts * hidden;
    return {matrix + start * ld + part * hidden + head * call.head_size, ld};
}

template <typename T>
__device__ __forceinline__ float dot(const T *x, const T *y, uint32_t n) {
    float sum = 0;
    for (uint32_t i = 0; i < n; i++) sum += to_float(x[i]) * to_float(y[i]);
    return sum;
}

__device__ __forceinline__ PlainSums no_sums() {
    PlainSums sums;
#pragma unroll
    for (uint32_t i = 0; i < PLAIN_COLUMNS; i++) sums.of[i] = 0;
    return sums;
}

// The weights of the lanes of a warp, where all of them read them; `weights` [WARP] is shared.
__device__ __forceinline__ void share_weight(float *weights, float weight) {
    __syncwarp();
    weights[lane_of_thread()] = weight;
    __syncwarp();
}

// sums += weights[j] times row first + j, for `count` rows.
template <typename T>
__device__ __forceinline__ void add_rows(PlainSums &sums, const float *weights,
                                         const HeadRows<T> &rows, uint32_t first, uint32_t count,
                                         uint32_t n) {
    for (uint32_t j = 0; j < count; j++) {
        const T *row = rows.row(first + j);
#pragma unroll
        for (uint32_t i = 0; i < PLAIN_COLUMNS; i++) {
            uint32_t column = i * WARP + lane_of_thread();
            if (column < n) sums.of[i] += weights[j] * to_float(row[column]);
        }
    }
}

template <typename T>
__device__ __forceinline__ void store_sums(const PlainSums &sums, float factor, T *row,
                                           uint32_t n) {
#pragma unroll
    for (uint32_t i = 0; i < PLAIN_COLUMNS; i++) {
        uint32_t column = i * WARP + lane_of_thread();
        if (column < n) row[column] = from_float<T>(sums.of[i] * factor);
    }
}

// The factor of a probability.
__device__ __forceinline__ float factor_of(const AttentionCall &call, const AttentionTile &tile,
                                           uint32_t site, uint32_t query, uint32_t key) {
    if (call.dropout_threshold == 0) return 1;
    return keeps(call, tile.sequence, site, query, key) ? call.dropout_scale : 0;
}

// Rows of the tile of this block.
__device__ __forceinline__ uint32_t tile_end(const AttentionCall &call,
                                             const AttentionTile &tile) {
    uint32_t rows = blockIdx.x < call.wide_tile_count ? ATTENTION_WIDE_TILE : ATTENTION_TILE;
    return min(tile.first + rows, tile.length);
}

__device__ __forceinline__ float warp_max(float value) {
#pragma unroll
    for (uint32_t distance = WARP / 2; distance > 0; distance /= 2) {
        value = fmaxf(value, __shfl_xor_sync(ALL_LANES, value, distance));
    }
    return value;
}

}  // namespace ajan
