// The input embeddings: three table rows, LayerNorm and dropout in one pass over the tokens.
#include "../runtime/error.h"
#include "norm.h"
#include "norm_row.cuh"

namespace ajan {
namespace {

constexpr uint32_t ROWS_OF_BLOCK = 8;

template <typename T, uint32_t J, bool Even>
__global__ void __launch_bounds__(ROWS_OF_BLOCK *WARP) embedding_kernel(Embedding<T> a) {
    uint32_t index = blockIdx.x * ROWS_OF_BLOCK + warp_of_thread();
    if (index >= a.rows) return;
    size_t at = size_t(index) * a.n;
    const float *word = a.words + size_t(a.word_ids[index]) * a.n;
    const float *position = a.positions + size_t(a.position_ids[index]) * a.n;
    Row<J> row = load_row<J, Even>(word, a.n);
#pragma unroll
    for (uint32_t j = 0; j < J; j++) {
        Eight second = load_eight<Even>(position, column_of(j), a.n);
        Eight third = load_eight<Even>(a.types, column_of(j), a.n);
#pragma unroll
        for (uint32_t i = 0; i < CHUNK; i++) {
            row.part[j].x[i] = row.part[j].x[i] + second.x[i] + third.x[i];
        }
    }
    norm_row<J, Even>(row, a, index);
    drop(row, a.dropout, a.places, index);
    store_row<J, Even>(a.y + at, a.n, row);
}

}  // namespace

template <typename T>
void embedding_forward(const Embedding<T> &a, cudaStream_t stream) {
    if (a.rows == 0) return;
    uint32_t blocks = blocks_for(a.rows, ROWS_OF_BLOCK);
    with_row_form(a.n, [&](auto j, auto even) {
        auto kernel = embedding_kernel<T, decltype(j)::value, decltype(even)::value>;
        LAUNCH(kernel, blocks, ROWS_OF_BLOCK * WARP, 0, stream, a);
    });
    check_launch("embedding_forward");
}

template void embedding_forward(const Embedding<float> &, cudaStream_t);
template void embedding_forward(const Embedding<bf16> &, cudaStream_t);

}  // namespace ajan
