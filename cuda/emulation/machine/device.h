// What a kernel sees on the processor: threads, shared memory, barriers and warp collectives.
#pragma once
#include "arithmetic.h"
#include "launch.h"
#include "vectors.h"

#include <stdint.h>
#include <string.h>

#define AJAN_IS_EMULATED 1

#define threadIdx (emulation::here().thread)
#define blockIdx (emulation::here().block)
#define blockDim (emulation::here().block_size)
#define gridDim (emulation::here().grid_size)
constexpr int warpSize = 32;

// Every place in the code has an address of its own, which names the block's memory.
#define SHARED(type, name, count)                            \
    static const char ajan_place_of_##name = 0;              \
    type(&name)[count] = *reinterpret_cast<type(*)[count]>( \
        emulation::shared_memory(&ajan_place_of_##name, sizeof(type) * (count)))
#define DYNAMIC_SHARED(name) unsigned char *const name = emulation::dynamic_shared_memory()

#define LAUNCH(kernel, grid, block, shared_bytes, stream, ...)                               \
    do {                                                                                     \
        auto ajan_started = kernel;                                                          \
        emulation::launch(#kernel, ajan_started, (grid), (block), (shared_bytes), (stream),  \
                          __VA_ARGS__);                                                      \
    } while (0)

inline void __syncthreads() { emulation::block_barrier(); }
inline void __syncwarp(uint32_t mask = 0xffffffffu) { emulation::warp_barrier(mask); }

template <typename T>
T emulated_shuffle(uint32_t mask, T value, uint32_t source) {
    static_assert(sizeof(T) <= 8, "shuffles move at most 8 bytes");
    uint64_t bits = 0;
    memcpy(&bits, &value, sizeof value);
    bits = emulation::shuffle(mask, bits, source);
    memcpy(&value, &bits, sizeof value);
    return value;
}

// A source outside of the (sub-)warp gives the caller's own value, as on a device.
template <typename T>
T __shfl_sync(uint32_t mask, T value, int source, int width = 32) {
    uint32_t lane = emulation::here().lane, own = lane & ~uint32_t(width - 1);
    return emulated_shuffle(mask, value, own + (uint32_t(source) & uint32_t(width - 1)));
}
template <typename T>
T __shfl_xor_sync(uint32_t mask, T value, int distance, int width = 32) {
    uint32_t lane = emulation::here().lane, source = lane ^ uint32_t(distance);
    bool is_inside = source < ((lane & ~uint32_t(width - 1)) + uint32_t(width));
    return emulated_shuffle(mask, value, is_inside ? source : lane);
}
template <typename T>
T __shfl_down_sync(uint32_t mask, T value, uint32_t distance, int width = 32) {
    uint32_t lane = emulation::here().lane, source = lane + distance;
    bool is_inside = source < ((lane & ~uint32_t(width - 1)) + uint32_t(width));
    return emulated_shuffle(mask, value, is_inside ? source : lane);
}
template <typename T>
T __shfl_up_sync(uint32_t mask, T value, uint32_t distance, int width = 32) {
    uint32_t lane = emulation::here().lane, first = lane & ~uint32_t(width - 1);
    return emulated_shuffle(mask, value, lane >= first + distance ? lane - distance : lane);
}
inline uint32_t __ballot_sync(uint32_t mask, int holds) { return emulation::ballot(mask, holds); }
inline int __any_sync(uint32_t mask, int holds) { return emulation::ballot(mask, holds) != 0; }
inline int __all_sync(uint32_t mask, int holds) { return emulation::ballot(mask, !holds) == 0; }

namespace ajan {

using emulation::bf16;

inline float to_float(bf16 x) { return emulation::float_of(x); }
inline bf16 to_bf16(float x) { return emulation::bf16_of(x); }
inline uint32_t pack_bf16(float low, float high) {
    return to_bf16(low).bits | uint32_t(to_bf16(high).bits) << 16;
}
inline void mma_m16n8k16(float d[4], const uint32_t a[4], const uint32_t b[2]) {
    emulation::multiply_tiles(d, a, b);
}
inline void load_matrices(uint32_t to[4], const void *row) {
    emulation::load_matrices(to, row, false);
}
inline void load_matrices_transposed(uint32_t to[4], const void *row) {
    emulation::load_matrices(to, row, true);
}
inline uint64_t &launches_of_thread() { return emulation::launches_of_thread(); }

}  // namespace ajan
