#include "../runtime/error.h"
#include "tables.h"

namespace ajan {
namespace {

constexpr uint32_t WARPS = 8, LONG_WARPS = 16;

template <bool Even, typename T>
__device__ __forceinline__ Eight sum_of_members(const GroupSums<T> &a, uint32_t first,
                                                uint32_t last, uint32_t step, uint32_t column) {
    Eight sums = zero_eight();
#pragma unroll 4
    for (uint32_t place = first; place < last; place += step) {
        Eight own = load_eight<Even>(a.rows + size_t(a.members[place]) * a.n, column, a.n);
#pragma unroll
        for (uint32_t i = 0; i < CHUNK; i++) sums.x[i] += own.x[i];
    }
    return sums;
}

template <typename T>
__device__ __forceinline__ float *row_of_group(const GroupSums<T> &a, uint32_t group) {
    uint32_t target = a.targets[group];
    size_t row = a.row_of_target ? size_t(a.row_of_target[target]) : target;
    return a.table + row * a.n;
}

// A warp per group and 256 columns; most words occur once or twice in a batch.
template <typename T, bool Even>
__global__ void __launch_bounds__(WARPS *WARP) short_groups_kernel(GroupSums<T> a) {
    uint32_t group = blockIdx.x * WARPS + warp_of_thread(), column = column_of(blockIdx.y);
    if (group >= a.count) return;
    uint32_t first = a.starts[group], last = a.starts[group + 1];
    if (last - first > LONG_GROUP) return;
    float *row = row_of_group(a, group);
    Eight sums = sum_of_members<Even>(a, first, last, 1, column);
    Eight own = load_eight<Even>(row, column, a.n);
#pragma unroll
    for (uint32_t i = 0; i < CHUNK; i++) own.x[i] += sums.x[i];
    store_eight<Even>(row, column, a.n, own);
}

// A block per group and 256 columns, for what occurs in every sentence.
template <typename T, bool Even>
__global__ void __launch_bounds__(LONG_WARPS *WARP) long_groups_kernel(GroupSums<T> a) {
    SHARED(float, shared, LONG_WARPS *PART);
    uint32_t group = a.long_groups[blockIdx.x], column = column_of(blockIdx.y);
    uint32_t first = a.starts[group] + warp_of_thread(), last = a.starts[group + 1];
    Eight sums = sum_of_members<Even>(a, first, last, LONG_WARPS, column);
    store_chunk(shared + warp_of_thread() * PART + lane_of_thread() * CHUNK, sums);
    __syncthreads();
    uint32_t own = blockIdx.y * PART + threadIdx.x;
    if (threadIdx.x >= PART || own >= a.n) return;
    float sum = 0;
#pragma unroll
    for (uint32_t warp = 0; warp < LONG_WARPS; warp++) sum += shared[warp * PART + threadIdx.x];
    row_of_group(a, group)[own] += sum;
}

}  // namespace

template <typename T>
void add_group_sums(const GroupSums<T> &a, cudaStream_t stream) {
    if (a.count == 0) return;
    uint32_t parts = blocks_for(a.n, PART);
    auto kernel = is_even(a.n) ? short_groups_kernel<T, true> : short_groups_kernel<T, false>;
    LAUNCH(kernel, dim3(blocks_for(a.count, WARPS), parts), WARPS * WARP, 0, stream, a);
    if (a.long_count > 0) {
        auto wide = is_even(a.n) ? long_groups_kernel<T, true> : long_groups_kernel<T, false>;
        LAUNCH(wide, dim3(a.long_count, parts), LONG_WARPS * WARP, 0, stream, a);
    }
    check_launch("add_group_sums");
}

template void add_group_sums(const GroupSums<float> &, cudaStream_t);
template void add_group_sums(const GroupSums<bf16> &, cudaStream_t);

}  // namespace ajan
