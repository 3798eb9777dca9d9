// Rows of f32 or bf16 in chunks of eight numbers: one or two accesses of 16 bytes where the row
// allows it, and number by number at its ragged end.
#pragma once
#include "platform.cuh"

namespace ajan {

constexpr uint32_t CHUNK = 8;

struct Eight {
    float x[CHUNK];
};

// Sixteen bytes, as one access.
struct __align__(16) Wide {
    uint32_t word[4];
};

__device__ __forceinline__ Eight zero_eight() {
    Eight chunk;
#pragma unroll
    for (uint32_t i = 0; i < CHUNK; i++) chunk.x[i] = 0;
    return chunk;
}

__device__ __forceinline__ Eight load_chunk(const float *from) {
    Eight chunk;
    const float4 *wide = reinterpret_cast<const float4 *>(from);
    float4 low = wide[0], high = wide[1];
    chunk.x[0] = low.x, chunk.x[1] = low.y, chunk.x[2] = low.z, chunk.x[3] = low.w;
    chunk.x[4] = high.x, chunk.x[5] = high.y, chunk.x[6] = high.z, chunk.x[7] = high.w;
    return chunk;
}

// A bf16 is the upper half of an f32.
__device__ __forceinline__ float low_half(uint32_t pair) { return __uint_as_float(pair << 16); }
__device__ __forceinline__ float high_half(uint32_t pair) {
    return __uint_as_float(pair & 0xffff0000u);
}

__device__ __forceinline__ Eight load_chunk(const bf16 *from) {
    Eight chunk;
    Wide wide = *reinterpret_cast<const Wide *>(from);
#pragma unroll
    for (uint32_t i = 0; i < 4; i++) {
        chunk.x[2 * i] = low_half(wide.word[i]);
        chunk.x[2 * i + 1] = high_half(wide.word[i]);
    }
    return chunk;
}

__device__ __forceinline__ void store_chunk(float *to, const Eight &chunk) {
    float4 *wide = reinterpret_cast<float4 *>(to);
    wide[0] = make_float4(chunk.x[0], chunk.x[1], chunk.x[2], chunk.x[3]);
    wide[1] = make_float4(chunk.x[4], chunk.x[5], chunk.x[6], chunk.x[7]);
}

__device__ __forceinline__ void store_chunk(bf16 *to, const Eight &chunk) {
    Wide wide;
#pragma unroll
    for (uint32_t i = 0; i < 4; i++) {
        wide.word[i] = pack_bf16(chunk.x[2 * i], chunk.x[2 * i + 1]);
    }
    *reinterpret_cast<Wide *>(to) = wide;
}

// Numbers [column, column + 8) of a row of n, zeros past its end. Even: n is a multiple of eight
// and the row begins at a multiple of 16 bytes.
template <bool Even, typename T>
__device__ __forceinline__ Eight load_eight(const T *row, uint32_t column, uint32_t n) {
    if constexpr (Even) {
        return column < n ? load_chunk(row + column) : zero_eight();
    } else {
        Eight chunk;
#pragma unroll
        for (uint32_t i = 0; i < CHUNK; i++) {
            chunk.x[i] = column + i < n ? to_float(row[column + i]) : 0;
        }
        return chunk;
    }
}

template <bool Even, typename T>
__device__ __forceinline__ void store_eight(T *row, uint32_t column, uint32_t n,
                                            const Eight &chunk) {
    if constexpr (Even) {
        if (column < n) store_chunk(row + column, chunk);
    } else {
#pragma unroll
        for (uint32_t i = 0; i < CHUNK; i++) {
            if (column + i < n) row[column + i] = from_float<T>(chunk.x[i]);
        }
    }
}

// Whether rows of n numbers can be read in whole chunks.
inline bool is_even(uint32_t n) { return n % CHUNK == 0; }

}  // namespace ajan
