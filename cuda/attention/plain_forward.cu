#include "plain.cuh"

namespace ajan {

namespace {

// Softmax of one query, keys 32 at a time: the largest score so far, the sum of exponentials below
// it, and the sums of values.
template <typename T>
__device__ void attend(const AttentionForward<T> &pass, const AttentionTile &tile, uint32_t head,
                       uint32_t query, float *weights) {
    const AttentionCall &call = pass.call;
    const uint32_t n = call.head_size, lane = lane_of_thread(), site = site_of(call, head);
    const T *q = rows_of(pass.qkv, 3, 0, call, tile.start, head).row(query);
    const HeadRows<const T> keys = rows_of(pass.qkv, 3, 1, call, tile.start, head);
    const HeadRows<const T> values = rows_of(pass.qkv, 3, 2, call, tile.start, head);
    float largest = -INFINITY, total = 0;
    PlainSums sums = no_sums();
    for (uint32_t first = 0; first < tile.length; first += WARP) {
        const uint32_t key = first + lane;
        const bool is_key = key < tile.length;
        const float score = is_key ? dot(q, keys.row(key), n) * call.scale : -INFINITY;
        const float most = fmaxf(largest, warp_max(score));
        const float shrink = expf(largest - most), weight = expf(score - most);
        largest = most;
        total = total * shrink + warp_sum(weight);
#pragma unroll
        for (uint32_t i = 0; i < PLAIN_COLUMNS; i++) sums.of[i] *= shrink;
        const float kept = is_key ? weight * factor_of(call, tile, site, query, key) : 0;
        share_weight(weights, kept);
        add_rows(sums, weights, values, first, min(WARP, tile.length - first), n);
    }
    store_sums(sums, 1 / total, rows_of(pass.out, 1, 0, call, tile.start, head).row(query), n);
    if (pass.logsumexp && lane == 0) {
        pass.logsumexp[size_t(tile.start + query) * call.head_count + head] =
            largest + logf(total);
    }
}

template <typename T>
__global__ void __launch_bounds__(PLAIN_WARPS *WARP) plain_forward(AttentionForward<T> pass) {
    SHARED(float, weights, PLAIN_WARPS * WARP);
    const AttentionTile tile = pass.call.tiles[blockIdx.x];
    for (uint32_t query = tile.first + warp_of_thread(); query < tile_end(pass.call, tile);
         query += PLAIN_WARPS) {
        attend(pass, tile, blockIdx.y, query, weights + warp_of_thread() * WARP);
    }
}

}  // namespace

template <typename T>
void plain_attention_forward(const AttentionForward<T> &pass, Stream stream) {
    const dim3 grid(pass.call.tile_count, pass.call.head_count);
    LAUNCH(plain_forward<T>, grid, PLAIN_WARPS * WARP, 0, stream, pass);
}

template void plain_attention_forward(const AttentionForward<float> &, Stream);
template void plain_attention_forward(const AttentionForward<bf16> &, Stream);

}  // namespace ajan
