#include "../runtime/error.h"
#include "norm.h"

namespace ajan {
namespace {

// A warp walks over rows and keeps three sums of each of its columns in registers, so blocks are
// small; their number is bounded because each writes its sums, by what about 130 multiprocessors
// hold at once (two blocks each).
constexpr uint32_t WARPS = 4;
constexpr uint32_t BLOCKS_MAX = 256;

template <uint32_t J>
struct Sums {
    Row<J> of[3];
};

template <uint32_t J>
__device__ __forceinline__ Row<J> zero_row() {
    Row<J> row;
#pragma unroll
    for (uint32_t j = 0; j < J; j++) row.part[j] = zero_eight();
    return row;
}

// Turns dy into ds, given the normalised row, and adds to the sums of dy * normalized and dy.
template <uint32_t J, bool Even>
__device__ __forceinline__ void pull_back(Row<J> &dy, const Row<J> &normalized,
                                          const float *gamma, float inverse, uint32_t n,
                                          Sums<J> &sums) {
    float plain = 0, weighted = 0;
#pragma unroll
    for (uint32_t j = 0; j < J; j++) {
        Eight scale = load_eight<Even>(gamma, column_of(j), n);
#pragma unroll
        for (uint32_t i = 0; i < CHUNK; i++) {
            float slope = dy.part[j].x[i], own = normalized.part[j].x[i];
            sums.of[0].part[j].x[i] += slope * own;
            sums.of[1].part[j].x[i] += slope;
            slope *= scale.x[i];
            dy.part[j].x[i] = slope;
            plain += slope;
            weighted += slope * own;
        }
    }
    plain = warp_sum(plain) / float(n);
    weighted = warp_sum(weighted) / float(n);
#pragma unroll
    for (uint32_t j = 0; j < J; j++) {
#pragma unroll
        for (uint32_t i = 0; i < CHUNK; i++) {
            float slope = dy.part[j].x[i] - plain - normalized.part[j].x[i] * weighted;
            dy.part[j].x[i] = slope * inverse;
        }
    }
}

// Adds the sums of the block's warps, in order, and writes them to partials[block].
template <uint32_t J>
__device__ __forceinline__ void write_sums(const Sums<J> &sums, float *partials, uint32_t n) {
    DYNAMIC_SHARED(memory);
    float *shared = reinterpret_cast<float *>(memory);
    float *to = partials + size_t(blockIdx.x) * 3 * n;
#pragma unroll
    for (uint32_t kind = 0; kind < 3; kind++) {
        __syncthreads();
#pragma unroll
        for (uint32_t j = 0; j < J; j++) {
            store_chunk(shared + warp_of_thread() * J * PART + column_of(j),
                        sums.of[kind].part[j]);
        }
        __syncthreads();
        for (uint32_t column = threadIdx.x; column < n; column += WARPS * WARP) {
            float sum = 0;
#pragma unroll
            for (uint32_t warp = 0; warp < WARPS; warp++) sum += shared[warp * J * PART + column];
            to[kind * n + column] = sum;
        }
    }
}

template <typename T, uint32_t J, bool Even>
__global__ void __launch_bounds__(WARPS *WARP) norm_backward_kernel(NormBackward<T> a) {
    Sums<J> sums;
#pragma unroll
    for (uint32_t kind = 0; kind < 3; kind++) sums.of[kind] = zero_row<J>();
    uint32_t first = blockIdx.x * WARPS + warp_of_thread();
    for (uint32_t index = first; index < a.rows; index += gridDim.x * WARPS) {
        size_t at = size_t(index) * a.n;
        Row<J> row = load_row<J, Even>(a.dy + at, a.n);
        Row<J> normalized = load_row<J, Even>(a.normalized + at, a.n);
        drop(row, a.output_dropout, a.places, index);
        pull_back<J, Even>(row, normalized, a.gamma, a.inverse[index], a.n, sums);
        store_row<J, Even>(a.ds + at, a.n, row);
        drop(row, a.dropout, a.places, index);
        if (a.dx) store_row<J, Even>(a.dx + at, a.n, row);
#pragma unroll
        for (uint32_t j = 0; j < J; j++) {
#pragma unroll
            for (uint32_t i = 0; i < CHUNK; i++) sums.of[2].part[j].x[i] += row.part[j].x[i];
        }
    }
    if (a.partials) write_sums(sums, a.partials, a.n);
}

}  // namespace

uint32_t norm_backward_blocks(uint32_t rows) {
    uint32_t blocks = blocks_for(rows, WARPS);
    return blocks < BLOCKS_MAX ? blocks : BLOCKS_MAX;
}

template <typename T>
void norm_backward(const NormBackward<T> &a, cudaStream_t stream) {
    if (a.rows == 0) return;
    with_row_form(a.n, [&](auto j, auto even) {
        constexpr uint32_t J = decltype(j)::value;
        auto kernel = norm_backward_kernel<T, J, decltype(even)::value>;
        size_t shared = WARPS * J * PART * sizeof(float);
        LAUNCH(kernel, norm_backward_blocks(a.rows), WARPS * WARP, shared, stream, a);
    });
    check_launch("norm_backward");
}

template void norm_backward(const NormBackward<float> &, cudaStream_t);
template void norm_backward(const NormBackward<bf16> &, cudaStream_t);

}  // namespace ajan
