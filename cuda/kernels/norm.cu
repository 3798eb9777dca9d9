#include "norm.h"

#include "../runtime/error.h"
#include "norm_row.cuh"

namespace ajan {
namespace {

constexpr uint32_t ROWS_OF_BLOCK = 8;

template <typename T, uint32_t J, bool Even>
__global__ void __launch_bounds__(ROWS_OF_BLOCK *WARP) norm_forward_kernel(NormForward<T> a) {
    uint32_t index = blockIdx.x * ROWS_OF_BLOCK + warp_of_thread();
    if (index >= a.rows) return;
    size_t at = size_t(index) * a.n;
    Row<J> row = load_row<J, Even>(a.x + at, a.n);
    drop(row, a.dropout, a.places, index);
    if (a.residual) {
#pragma unroll
        for (uint32_t j = 0; j < J; j++) {
            Eight residual = load_eight<Even>(a.residual + at, column_of(j), a.n);
#pragma unroll
            for (uint32_t i = 0; i < CHUNK; i++) row.part[j].x[i] += residual.x[i];
        }
    }
    norm_row<J, Even>(row, a, index);
    store_row<J, Even>(a.y + at, a.n, row);
}

}  // namespace

template <typename T>
void norm_forward(const NormForward<T> &a, cudaStream_t stream) {
    if (a.rows == 0) return;
    uint32_t blocks = blocks_for(a.rows, ROWS_OF_BLOCK);
    with_row_form(a.n, [&](auto j, auto even) {
        auto kernel = norm_forward_kernel<T, decltype(j)::value, decltype(even)::value>;
        LAUNCH(kernel, blocks, ROWS_OF_BLOCK * WARP, 0, stream, a);
    });
    check_launch("norm_forward");
}

template void norm_forward(const NormForward<float> &, cudaStream_t);
template void norm_forward(const NormForward<bf16> &, cudaStream_t);

}  // namespace ajan
