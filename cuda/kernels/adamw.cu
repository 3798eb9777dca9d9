#include "adamw.h"

#include "../runtime/error.h"

namespace ajan {
namespace {

constexpr uint32_t WARPS = 8;

__device__ __forceinline__ void move_one(float &p, float &m, float &v, float g,
                                         const ajan_cuda_adamw &s) {
    g *= s.gradient_scale;
    p *= s.decay;
    m += s.one_minus_beta1 * (g - m);
    v = v * s.beta2 + s.one_minus_beta2 * g * g;
    p -= s.step_size * m / (sqrtf(v) / s.correction + s.epsilon);
}

__device__ __forceinline__ void move_eight(Eight &p, Eight &m, Eight &v, const Eight &g,
                                           const ajan_cuda_adamw &s) {
#pragma unroll
    for (uint32_t i = 0; i < CHUNK; i++) move_one(p.x[i], m.x[i], v.x[i], g.x[i], s);
}

template <bool Even>
__device__ __forceinline__ void move_dense(const DenseAdamW &a, uint64_t start, uint32_t column,
                                           uint32_t count, const ajan_cuda_adamw &step) {
    Eight p = load_eight<Even>(a.parameters + start, column, count);
    Eight m = load_eight<Even>(a.first + start, column, count);
    Eight v = load_eight<Even>(a.second + start, column, count);
    move_eight(p, m, v, load_eight<Even>(a.gradients + start, column, count), step);
    store_eight<Even>(a.parameters + start, column, count, p);
    store_eight<Even>(a.first + start, column, count, m);
    store_eight<Even>(a.second + start, column, count, v);
    if (a.rounded) store_eight<Even>(a.rounded + start, column, count, p);
}

__global__ void __launch_bounds__(WARPS *WARP) dense_kernel(DenseAdamW a) {
    AdamWChunk chunk = a.chunks[blockIdx.x];
    const ajan_cuda_adamw step = chunk.decays ? a.decaying : a.plain;
    // Segments begin where the layout aligns them, but may end anywhere.
    bool even = chunk.count % CHUNK == 0 && chunk.start % CHUNK == 0;
    for (uint32_t column = threadIdx.x * CHUNK; column < chunk.count; column += WARPS * PART) {
        if (even) {
            move_dense<true>(a, chunk.start, column, chunk.count, step);
        } else {
            move_dense<false>(a, chunk.start, column, chunk.count, step);
        }
    }
}

template <bool Even>
__global__ void __launch_bounds__(WARPS *WARP) words_kernel(WordAdamW a) {
    uint32_t row = blockIdx.x * WARPS + warp_of_thread();
    if (row >= a.rows) return;
    uint32_t stamp = a.stamps[row];
    if (stamp == 0 && a.step.decay == 1) return;
    size_t at = size_t(row) * a.n;
    uint32_t column = column_of(blockIdx.y);
    Eight p = load_eight<Even>(a.parameters + at, column, a.n);
    if (stamp == 0) {
#pragma unroll
        for (uint32_t i = 0; i < CHUNK; i++) p.x[i] *= a.step.decay;
    } else {
        Eight m = load_eight<Even>(a.first + at, column, a.n);
        Eight v = load_eight<Even>(a.second + at, column, a.n);
        Eight g = zero_eight();
        if (stamp == a.stamp) g = load_eight<Even>(a.gradients + at, column, a.n);
        move_eight(p, m, v, g, a.step);
        store_eight<Even>(a.first + at, column, a.n, m);
        store_eight<Even>(a.second + at, column, a.n, v);
    }
    store_eight<Even>(a.parameters + at, column, a.n, p);
}

__global__ void __launch_bounds__(WARPS *WARP)
    stamp_kernel(WordAdamW a, uint32_t *stamps) {
    uint32_t row = blockIdx.x * WARPS + warp_of_thread();
    if (row >= a.rows || stamps[row] != 0) return;
    size_t at = size_t(row) * a.n;
    int found = 0;
    for (uint32_t i = lane_of_thread(); i < a.n; i += WARP) {
        found |= a.first[at + i] != 0 || a.second[at + i] != 0;
    }
    if (__any_sync(ALL_LANES, found) && lane_of_thread() == 0) stamps[row] = 1;
}

}  // namespace

void apply_dense(const DenseAdamW &a, cudaStream_t stream) {
    if (a.chunk_count == 0) return;
    LAUNCH(dense_kernel, a.chunk_count, WARPS * WARP, 0, stream, a);
    check_launch("apply_dense");
}

void apply_words(const WordAdamW &a, cudaStream_t stream) {
    if (a.rows == 0) return;
    auto kernel = is_even(a.n) ? words_kernel<true> : words_kernel<false>;
    dim3 grid(blocks_for(a.rows, WARPS), blocks_for(a.n, PART));
    LAUNCH(kernel, grid, WARPS * WARP, 0, stream, a);
    check_launch("apply_words");
}

void stamp_rows_with_moments(const WordAdamW &a, uint32_t *stamps, cudaStream_t stream) {
    if (a.rows == 0) return;
    LAUNCH(stamp_kernel, blocks_for(a.rows, WARPS), WARPS * WARP, 0, stream, a, stamps);
    check_launch("stamp_rows_with_moments");
}

}  // namespace ajan
