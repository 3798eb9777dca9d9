// Sums over the lanes of a warp and the warps of a block, always in the same order.
#pragma once
#include "platform.cuh"

namespace ajan {

constexpr uint32_t WARP = 32;
constexpr uint32_t ALL_LANES = 0xffffffffu;

__device__ __forceinline__ uint32_t lane_of_thread() { return threadIdx.x % WARP; }
__device__ __forceinline__ uint32_t warp_of_thread() { return threadIdx.x / WARP; }

// Every lane gets the sum.
template <typename T>
__device__ __forceinline__ T warp_sum(T value) {
#pragma unroll
    for (uint32_t distance = WARP / 2; distance > 0; distance /= 2) {
        value += __shfl_xor_sync(ALL_LANES, value, distance);
    }
    return value;
}

// Thread 0 gets the sum of a block of WARPS warps; `scratch` [WARPS] is shared and free before.
template <uint32_t WARPS, typename T>
__device__ __forceinline__ T block_sum(T value, T *scratch) {
    value = warp_sum(value);
    if (lane_of_thread() == 0) scratch[warp_of_thread()] = value;
    __syncthreads();
    T sum = 0;
    if (threadIdx.x == 0) {
        for (uint32_t warp = 0; warp < WARPS; warp++) sum += scratch[warp];
    }
    return sum;
}

inline uint32_t blocks_for(uint64_t count, uint32_t each) {
    return static_cast<uint32_t>((count + each - 1) / each);
}

}  // namespace ajan
