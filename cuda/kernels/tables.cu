#include "tables.h"

#include "../runtime/error.h"
#include "sentence.h"

namespace ajan {
namespace {

constexpr uint32_t WARPS = 8;
// Numbers that a block squares.
constexpr uint32_t SQUARES = WARPS * PART * 8;

// Calls body(index, column) for a warp per named row and 256 columns.
template <typename Body>
__device__ __forceinline__ void for_named_row(const NamedRows &rows, Body body) {
    uint32_t index = blockIdx.x * WARPS + warp_of_thread();
    if (index < rows.count) body(index, column_of(blockIdx.y));
}

// One warp takes the whole row, since it looks at the row's stamp and changes it.
template <bool Even>
__global__ void __launch_bounds__(WARPS *WARP)
    clear_kernel(NamedRows rows, uint32_t *stamps, uint32_t stamp) {
    uint32_t index = blockIdx.x * WARPS + warp_of_thread();
    if (index >= rows.count) return;
    size_t id = size_t(rows.ids[index]);
    bool is_new = stamps[id] != stamp;
    __syncwarp();
    if (!is_new) return;
    for (uint32_t part = 0; part * PART < rows.n; part++) {
        store_eight<Even>(rows.table + id * rows.n, column_of(part), rows.n, zero_eight());
    }
    if (lane_of_thread() == 0) stamps[id] = stamp;
}

template <bool Even>
__global__ void __launch_bounds__(WARPS *WARP) gather_kernel(NamedRows rows, float *to) {
    for_named_row(rows, [&](uint32_t index, uint32_t column) {
        const float *row = rows.table + size_t(rows.ids[index]) * rows.n;
        Eight own = load_eight<Even>(row, column, rows.n);
        store_eight<Even>(to + size_t(index) * rows.n, column, rows.n, own);
    });
}

template <bool Even>
__global__ void __launch_bounds__(WARPS *WARP) scatter_kernel(NamedRows rows, const float *from) {
    for_named_row(rows, [&](uint32_t index, uint32_t column) {
        Eight own = load_eight<Even>(from + size_t(index) * rows.n, column, rows.n);
        float *row = rows.table + size_t(rows.ids[index]) * rows.n;
        store_eight<Even>(row, column, rows.n, own);
    });
}

dim3 named_grid(const NamedRows &rows) {
    return dim3(blocks_for(rows.count, WARPS), blocks_for(rows.n, PART));
}

__device__ __forceinline__ double squares_of(const Eight &chunk) {
    double sum = 0;
#pragma unroll
    for (uint32_t i = 0; i < CHUNK; i++) sum += double(chunk.x[i]) * double(chunk.x[i]);
    return sum;
}

// Blocks [0, dense_blocks) take the dense numbers, the others eight named rows each.
template <bool Even>
__global__ void __launch_bounds__(WARPS *WARP)
    squares_kernel(SquareSums a, uint32_t dense_blocks) {
    SHARED(double, shared, WARPS);
    double sum = 0;
    if (blockIdx.x < dense_blocks) {
        uint64_t first = uint64_t(blockIdx.x) * SQUARES + threadIdx.x * CHUNK;
        for (uint32_t round = 0; round < SQUARES / (WARPS * PART); round++) {
            uint64_t at = first + round * WARPS * PART;
            if (at >= a.dense_count) break;
            bool whole = a.dense_count - at >= CHUNK;
            uint32_t inside = whole ? CHUNK : uint32_t(a.dense_count - at);
            sum += squares_of(whole ? load_chunk(a.dense + at)
                                    : load_eight<false>(a.dense + at, 0, inside));
        }
    } else {
        uint32_t index = (blockIdx.x - dense_blocks) * WARPS + warp_of_thread();
        if (index < a.rows.count) {
            const float *row = a.rows.table + size_t(a.rows.ids[index]) * a.rows.n;
            for (uint32_t part = 0; part * PART < a.rows.n; part++) {
                sum += squares_of(load_eight<Even>(row, column_of(part), a.rows.n));
            }
        }
    }
    sum = block_sum<WARPS>(sum, shared);
    if (threadIdx.x == 0) a.partials[blockIdx.x] = sum;
}

__global__ void __launch_bounds__(256) convert_kernel(const float *from, bf16 *to,
                                                       uint64_t count) {
    uint64_t first = (uint64_t(blockIdx.x) * 256 + threadIdx.x) * CHUNK;
    if (first >= count) return;
    uint32_t inside = count - first < CHUNK ? uint32_t(count - first) : CHUNK;
    store_eight<false>(to + first, 0, inside, load_eight<false>(from + first, 0, inside));
}

}  // namespace

void clear_rows(const NamedRows &rows, uint32_t *stamps, uint32_t stamp, cudaStream_t stream) {
    if (rows.count == 0) return;
    auto kernel = is_even(rows.n) ? clear_kernel<true> : clear_kernel<false>;
    LAUNCH(kernel, blocks_for(rows.count, WARPS), WARPS * WARP, 0, stream, rows, stamps, stamp);
    check_launch("clear_rows");
}

void gather_rows(const NamedRows &rows, float *to, cudaStream_t stream) {
    if (rows.count == 0) return;
    auto kernel = is_even(rows.n) ? gather_kernel<true> : gather_kernel<false>;
    LAUNCH(kernel, named_grid(rows), WARPS * WARP, 0, stream, rows, to);
    check_launch("gather_rows");
}

void scatter_rows(const NamedRows &rows, const float *from, cudaStream_t stream) {
    if (rows.count == 0) return;
    auto kernel = is_even(rows.n) ? scatter_kernel<true> : scatter_kernel<false>;
    LAUNCH(kernel, named_grid(rows), WARPS * WARP, 0, stream, rows, from);
    check_launch("scatter_rows");
}

uint64_t square_blocks(uint64_t dense_count, uint32_t row_count) {
    return blocks_for(dense_count, SQUARES) + blocks_for(row_count, WARPS);
}

void sum_squares(const SquareSums &a, cudaStream_t stream) {
    uint32_t dense = blocks_for(a.dense_count, SQUARES);
    uint64_t blocks = square_blocks(a.dense_count, a.rows.count);
    if (blocks > 0) {
        auto kernel = is_even(a.rows.n) ? squares_kernel<true> : squares_kernel<false>;
        LAUNCH(kernel, uint32_t(blocks), WARPS * WARP, 0, stream, a, dense);
    }
    sum_f64(a.partials, blocks, a.to, stream);
    check_launch("sum_squares");
}

void convert(const float *from, bf16 *to, uint64_t count, cudaStream_t stream) {
    if (count == 0) return;
    LAUNCH(convert_kernel, blocks_for(count, 256 * CHUNK), 256, 0, stream, from, to, count);
    check_launch("convert");
}

}  // namespace ajan
