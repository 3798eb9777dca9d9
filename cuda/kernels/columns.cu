#include "columns.h"

#include "../runtime/error.h"
#include "gelu.cuh"

namespace ajan {
namespace {

constexpr uint32_t WARPS = 8;
constexpr uint32_t ROWS_MIN = 64, BLOCKS_MAX = 256;

// A matrix as it is.
template <typename T>
struct Plain {
    const T *x;

    template <bool Even>
    __device__ Eight at(size_t row, uint32_t column, uint32_t n) const {
        return load_eight<Even>(x + row * n, column, n);
    }
};

// da * gelu'(z), which is also written.
template <typename T>
struct GeluGradient {
    const T *z;
    T *da;

    template <bool Even>
    __device__ Eight at(size_t row, uint32_t column, uint32_t n) const {
        Eight input = load_eight<Even>(z + row * n, column, n);
        Eight slope = load_eight<Even>(da + row * n, column, n);
#pragma unroll
        for (uint32_t i = 0; i < CHUNK; i++) slope.x[i] *= gelu_slope(input.x[i]);
        store_eight<Even>(da + row * n, column, n, slope);
        return slope;
    }
};

// A block takes 256 columns of some rows; each lane keeps the sums of eight columns.
template <typename Source, bool Even>
__global__ void __launch_bounds__(WARPS *WARP)
    columns_kernel(Source source, uint32_t rows, uint32_t n, uint32_t rows_of_block,
                   float *partials) {
    uint32_t column = column_of(blockIdx.x), first = blockIdx.y * rows_of_block;
    uint32_t last = first + rows_of_block < rows ? first + rows_of_block : rows;
    Eight sums = zero_eight();
#pragma unroll 2
    for (uint32_t row = first + warp_of_thread(); row < last; row += WARPS) {
        Eight own = source.template at<Even>(row, column, n);
#pragma unroll
        for (uint32_t i = 0; i < CHUNK; i++) sums.x[i] += own.x[i];
    }
    if (!partials) return;
    SHARED(float, shared, WARPS *PART);
    store_chunk(shared + warp_of_thread() * PART + lane_of_thread() * CHUNK, sums);
    __syncthreads();
    uint32_t own = blockIdx.x * PART + threadIdx.x;
    if (own >= n) return;
    float sum = 0;
#pragma unroll
    for (uint32_t warp = 0; warp < WARPS; warp++) sum += shared[warp * PART + threadIdx.x];
    partials[size_t(blockIdx.y) * n + own] = sum;
}

template <typename Source>
void launch_columns(Source source, uint32_t rows, uint32_t n, float *partials,
                    cudaStream_t stream) {
    if (rows == 0) return;
    uint32_t blocks = column_blocks(rows);
    dim3 grid(blocks_for(n, PART), blocks);
    auto kernel = is_even(n) ? columns_kernel<Source, true> : columns_kernel<Source, false>;
    LAUNCH(kernel, grid, WARPS * WARP, 0, stream, source, rows, n, blocks_for(rows, blocks),
           partials);
    check_launch("column_sums");
}

// Columns and lanes of blocks of a block of add_partials.
constexpr uint32_t COLUMNS = 32, GROUPS = 8;

__global__ void __launch_bounds__(COLUMNS *GROUPS) add_partials_kernel(PartialSums a) {
    SHARED(float, shared, GROUPS *COLUMNS);
    uint32_t place = threadIdx.x % COLUMNS, group = threadIdx.x / COLUMNS;
    uint32_t column = blockIdx.x * COLUMNS + place, part = blockIdx.y;
    float *to = part == 0 ? a.to[0] : part == 1 ? a.to[1] : a.to[2];
    if (!to) return;
    float sum = 0;
    if (column < a.n) {
#pragma unroll 8
        for (uint32_t block = group; block < a.blocks; block += GROUPS) {
            sum += a.partials[(size_t(block) * a.parts + part) * a.n + column];
        }
    }
    shared[threadIdx.x] = sum;
    __syncthreads();
    if (group != 0 || column >= a.n) return;
    for (uint32_t other = 1; other < GROUPS; other++) sum += shared[other * COLUMNS + place];
    to[column] += sum;
}

template <typename T>
__global__ void __launch_bounds__(256) gelu_kernel(const T *z, T *a, size_t count) {
    size_t first = (size_t(blockIdx.x) * 256 + threadIdx.x) * CHUNK;
    if (first >= count) return;
    // Only the last chunk can be ragged.
    uint32_t inside = count - first < CHUNK ? uint32_t(count - first) : CHUNK;
    bool whole = inside == CHUNK;
    Eight own = whole ? load_chunk(z + first) : load_eight<false>(z + first, 0, inside);
#pragma unroll
    for (uint32_t i = 0; i < CHUNK; i++) own.x[i] = gelu(own.x[i]);
    if (whole) {
        store_chunk(a + first, own);
    } else {
        store_eight<false>(a + first, 0, inside, own);
    }
}

}  // namespace

uint32_t column_blocks(uint32_t rows) {
    uint32_t blocks = blocks_for(rows, ROWS_MIN);
    return blocks < BLOCKS_MAX ? blocks : BLOCKS_MAX;
}

void add_partials(const PartialSums &sums, cudaStream_t stream) {
    if (sums.blocks == 0) return;
    dim3 grid(blocks_for(sums.n, COLUMNS), sums.parts);
    LAUNCH(add_partials_kernel, grid, COLUMNS * GROUPS, 0, stream, sums);
    check_launch("add_partials");
}

template <typename T>
void column_sums(const T *x, uint32_t rows, uint32_t n, float *partials, cudaStream_t stream) {
    launch_columns(Plain<T>{x}, rows, n, partials, stream);
}

template <typename T>
void gelu_backward(const T *z, T *da, uint32_t rows, uint32_t n, float *partials,
                   cudaStream_t stream) {
    launch_columns(GeluGradient<T>{z, da}, rows, n, partials, stream);
}

template <typename T>
void gelu_forward(const T *z, T *a, size_t count, cudaStream_t stream) {
    if (count == 0) return;
    auto kernel = gelu_kernel<T>;
    LAUNCH(kernel, blocks_for(count, 256 * CHUNK), 256, 0, stream, z, a, count);
    check_launch("gelu_forward");
}

template void column_sums(const float *, uint32_t, uint32_t, float *, cudaStream_t);
template void column_sums(const bf16 *, uint32_t, uint32_t, float *, cudaStream_t);
template void gelu_backward(const float *, float *, uint32_t, uint32_t, float *, cudaStream_t);
template void gelu_backward(const bf16 *, bf16 *, uint32_t, uint32_t, float *, cudaStream_t);
template void gelu_forward(const float *, float *, size_t, cudaStream_t);
template void gelu_forward(const bf16 *, bf16 *, size_t, cudaStream_t);

}  // namespace ajan
