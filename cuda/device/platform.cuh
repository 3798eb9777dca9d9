// The only file that knows whether nvcc compiles for a device or a C++ compiler for the emulation.
//
// A kernel uses what CUDA C++ has and the names below. Static shared memory is declared by
// SHARED, dynamic by DYNAMIC_SHARED, and every kernel starts by LAUNCH; a kernel with commas in its
// template arguments stands in parentheses. Host code calls the CUDA runtime by its own names, of
// which the emulation has those of emulation/machine/runtime.h.
#pragma once
#include <stdint.h>

#if defined(AJAN_EMULATED)
#include "../emulation/machine/device.h"
#include "../emulation/machine/runtime.h"
#else
#include <cuda_bf16.h>
#include <cuda_runtime.h>

// type name[count], one per block, not initialised, 16-byte aligned.
#define SHARED(type, name, count) __shared__ __align__(16) type name[count]
// unsigned char name[]: the shared memory that LAUNCH asked for.
#define DYNAMIC_SHARED(name) extern __shared__ __align__(16) unsigned char name[]

#define LAUNCH(kernel, grid, block, shared_bytes, stream, ...)               \
    do {                                                                     \
        auto ajan_started = kernel;                                          \
        ajan::launches_of_thread()++;                                        \
        ajan_started<<<(grid), (block), (shared_bytes), (stream)>>>(__VA_ARGS__); \
    } while (0)

// Whether the program runs on the emulation.
#define AJAN_IS_EMULATED 0

namespace ajan {

using bf16 = __nv_bfloat16;

__device__ __forceinline__ float to_float(bf16 x) { return __bfloat162float(x); }
// To nearest, ties to even.
__device__ __forceinline__ bf16 to_bf16(float x) { return __float2bfloat16_rn(x); }

// Two numbers in a register, the first in the low half.
__device__ __forceinline__ uint32_t pack_bf16(float low, float high) {
    __nv_bfloat162 pair = __floats2bfloat162_rn(low, high);
    return *reinterpret_cast<uint32_t *>(&pair);
}

// d += a b of a warp: a is 16 x 16, b is 16 x 8, both bf16, d is 16 x 8 in f32. With g = lane / 4
// and t = lane % 4, pairs lie side by side in a register:
//   a: (g, 2t), (g + 8, 2t), (g, 2t + 8), (g + 8, 2t + 8), each with the column after it
//   b: (2t, g), (2t + 8, g), each with the row after it
//   d: (g, 2t), (g, 2t + 1), (g + 8, 2t), (g + 8, 2t + 1)
__device__ __forceinline__ void mma_m16n8k16(float d[4], const uint32_t a[4],
                                             const uint32_t b[2]) {
    // Volatile, so that it is never moved to where only some lanes come.
    asm volatile("mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 "
                 "{%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
                 : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
                 : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
}

// Four matrices of 8 x 8 bf16 in shared memory: lane 8 m + r gives the address of row r of matrix m
// (16 bytes, aligned), and gets in to[m] elements (lane / 4, 2 (lane % 4)) and the one after it.
__device__ __forceinline__ void load_matrices(uint32_t to[4], const void *row) {
    uint32_t address = static_cast<uint32_t>(__cvta_generic_to_shared(row));
    asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0, %1, %2, %3}, [%4];"
                 : "=r"(to[0]), "=r"(to[1]), "=r"(to[2]), "=r"(to[3])
                 : "r"(address)
                 : "memory");
}

// The same, transposed: elements (2 (lane % 4), lane / 4) and the one below it.
__device__ __forceinline__ void load_matrices_transposed(uint32_t to[4], const void *row) {
    uint32_t address = static_cast<uint32_t>(__cvta_generic_to_shared(row));
    asm volatile("ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 {%0, %1, %2, %3}, [%4];"
                 : "=r"(to[0]), "=r"(to[1]), "=r"(to[2]), "=r"(to[3])
                 : "r"(address)
                 : "memory");
}

// Kernels that this thread has started.
inline uint64_t &launches_of_thread() {
    static thread_local uint64_t count = 0;
    return count;
}

}  // namespace ajan
#endif

namespace ajan {

using Stream = cudaStream_t;
using Event = cudaEvent_t;

__device__ __forceinline__ float to_float(float x) { return x; }

// A number of an activation's type, rounded to nearest.
template <typename T>
__device__ __forceinline__ T from_float(float x);
template <>
__device__ __forceinline__ float from_float<float>(float x) {
    return x;
}
template <>
__device__ __forceinline__ bf16 from_float<bf16>(float x) {
    return to_bf16(x);
}

}  // namespace ajan
