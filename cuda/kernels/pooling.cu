#include "../runtime/error.h"
#include "sentence.h"

namespace ajan {
namespace {

constexpr uint32_t WARPS = 8;

// A block makes 256 columns of one sentence.
template <typename T, bool Even>
__global__ void __launch_bounds__(WARPS *WARP) pooling_kernel(Pooling<T> a) {
    SHARED(float, shared, WARPS *PART);
    uint32_t sequence = blockIdx.x, column = column_of(blockIdx.y);
    uint32_t first = a.starts[sequence], last = a.starts[sequence + 1];
    if (a.takes_first && last > first) last = first + 1;
    Eight sums = zero_eight();
#pragma unroll 2
    for (uint32_t row = first + warp_of_thread(); row < last; row += WARPS) {
        Eight own = load_eight<Even>(a.hidden + size_t(row) * a.n, column, a.n);
#pragma unroll
        for (uint32_t i = 0; i < CHUNK; i++) sums.x[i] += own.x[i];
    }
    store_chunk(shared + warp_of_thread() * PART + lane_of_thread() * CHUNK, sums);
    __syncthreads();
    uint32_t own = blockIdx.y * PART + threadIdx.x;
    if (own >= a.n) return;
    float sum = 0;
#pragma unroll
    for (uint32_t warp = 0; warp < WARPS; warp++) sum += shared[warp * PART + threadIdx.x];
    if (last > first) sum /= float(last - first);
    size_t at = size_t(sequence) * a.n + own;
    a.pooled[at] = sum;
    if (a.factor) a.factor[at] = from_float<T>(sum);
}

template <typename T, bool Even>
__global__ void __launch_bounds__(WARPS *WARP) spreading_kernel(Spreading<T> a) {
    uint32_t row = blockIdx.x * WARPS + warp_of_thread(), column = column_of(blockIdx.y);
    if (row >= a.rows) return;
    uint32_t sequence = a.sequence_of_row[row];
    uint32_t first = a.starts[sequence], last = a.starts[sequence + 1];
    float share = 1 / float(last - first);
    if (a.takes_first) share = row == first ? 1 : 0;
    Eight slope =
        load_eight<Even>(a.pooled_gradient + size_t(sequence) * a.n, column, a.n);
#pragma unroll
    for (uint32_t i = 0; i < CHUNK; i++) slope.x[i] *= share;
    store_eight<Even>(a.hidden_gradient + size_t(row) * a.n, column, a.n, slope);
}

}  // namespace

template <typename T>
void pool(const Pooling<T> &a, cudaStream_t stream) {
    if (a.sequences == 0) return;
    auto kernel = is_even(a.n) ? pooling_kernel<T, true> : pooling_kernel<T, false>;
    dim3 grid(a.sequences, blocks_for(a.n, PART));
    LAUNCH(kernel, grid, WARPS * WARP, 0, stream, a);
    check_launch("pool");
}

template <typename T>
void spread(const Spreading<T> &a, cudaStream_t stream) {
    if (a.rows == 0) return;
    auto kernel = is_even(a.n) ? spreading_kernel<T, true> : spreading_kernel<T, false>;
    dim3 grid(blocks_for(a.rows, WARPS), blocks_for(a.n, PART));
    LAUNCH(kernel, grid, WARPS * WARP, 0, stream, a);
    check_launch("spread");
}

template void pool(const Pooling<float> &, cudaStream_t);
template void pool(const Pooling<bf16> &, cudaStream_t);
template void spread(const Spreading<float> &, cudaStream_t);
template void spread(const Spreading<bf16> &, cudaStream_t);

}  // namespace ajan
