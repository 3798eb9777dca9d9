// Two passes, so that no sum is shared between blocks: queries first, then keys.
#include "plain.cuh"

namespace ajan {

namespace {

// Matrices of one head of one sequence.
template <typename T>
struct HeadMatrices {
    HeadRows<const T> queries, keys, values, out, out_gradient;
    HeadRows<T> query_gradient, key_gradient, value_gradient;
    // [tokens, heads] from this sequence and head on.
    const float *logsumexp;
    float *dots;
};

template <typename T>
__device__ __forceinline__ HeadMatrices<T> matrices_of(const AttentionBackward<T> &pass,
                                                       uint32_t start, uint32_t head) {
    const AttentionCall &call = pass.call;
    const size_t place = size_t(start) * call.head_count + head;
    return {rows_of(pass.qkv, 3, 0, call, start, head),
            rows_of(pass.qkv, 3, 1, call, start, head),
            rows_of(pass.qkv, 3, 2, call, start, head),
            rows_of(pass.out, 1, 0, call, start, head),
            rows_of(pass.out_gradient, 1, 0, call, start, head),
            rows_of(pass.qkv_gradient, 3, 0, call, start, head),
            rows_of(pass.qkv_gradient, 3, 1, call, start, head),
            rows_of(pass.qkv_gradient, 3, 2, call, start, head),
            pass.logsumexp + place,
            pass.dots + place};
}

// A probability after dropout, and the gradient of its score before scaling.
struct Slope {
    float kept, score;
};

template <typename T>
__device__ __forceinline__ Slope slope_of(const AttentionCall &call, const AttentionTile &tile,
                                          const HeadMatrices<T> &m, uint32_t head, uint32_t query,
                                          uint32_t key, float dots) {
    const uint32_t n = call.head_size;
    const float score = dot(m.queries.row(query), m.keys.row(key), n) * call.scale;
    const float p = expf(score - m.logsumexp[size_t(query) * call.head_count]);
    const float factor = factor_of(call, tile, site_of(call, head), query, key);
    const float gradient = dot(m.out_gradient.row(query), m.values.row(key), n) * factor;
    return {p * factor, p * (gradient - dots)};
}

template <typename T>
__global__ void __launch_bounds__(PLAIN_WARPS *WARP) plain_queries(AttentionBackward<T> pass) {
    SHARED(float, shared_weights, PLAIN_WARPS * WARP);
    float *weights = shared_weights + warp_of_thread() * WARP;
    const AttentionCall &call = pass.call;
    const AttentionTile tile = call.tiles[blockIdx.x];
    const uint32_t head = blockIdx.y, n = call.head_size, lane = lane_of_thread();
    const HeadMatrices<T> m = matrices_of(pass, tile.start, head);
    for (uint32_t query = tile.first + warp_of_thread(); query < tile_end(call, tile);
         query += PLAIN_WARPS) {
        float dots = 0;
        for (uint32_t i = lane; i < n; i += WARP) {
            dots += to_float(m.out.row(query)[i]) * to_float(m.out_gradient.row(query)[i]);
        }
        dots = warp_sum(dots);
        if (lane == 0) m.dots[size_t(query) * call.head_count] = dots;
        PlainSums sums = no_sums();
        for (uint32_t first = 0; first < tile.length; first += WARP) {
            const uint32_t key = first + lane;
            Slope slope = {0, 0};
            if (key < tile.length) slope = slope_of(call, tile, m, head, query, key, dots);
            share_weight(weights, slope.score);
            add_rows(sums, weights, m.keys, first, min(WARP, tile.length - first), n);
        }
        store_sums(sums, call.scale, m.query_gradient.row(query), n);
    }
}

template <typename T>
__global__ void __launch_bounds__(PLAIN_WARPS *WARP) plain_keys(AttentionBackward<T> pass) {
    SHARED(float, shared_weights, PLAIN_WARPS * 2 * WARP);
    float *weights = shared_weights + warp_of_thread() * 2 * WARP;
    const AttentionCall &call = pass.call;
    const AttentionTile tile = call.tiles[blockIdx.x];
    const uint32_t head = blockIdx.y, n = call.head_size;
    const HeadMatrices<T> m = matrices_of(pass, tile.start, head);
    for (uint32_t key = tile.first + warp_of_thread(); key < tile_end(call, tile);
         key += PLAIN_WARPS) {
        PlainSums key_sums = no_sums(), value_sums = no_sums();
        for (uint32_t first = 0; first < tile.length; first += WARP) {
            const uint32_t query = first + lane_of_thread();
            const uint32_t count = min(WARP, tile.length - first);
            Slope slope = {0, 0};
            if (query < tile.length) {
                const float dots = m.dots[size_t(query) * call.head_count];
                slope = slope_of(call, tile, m, head, query, key, dots);
            }
            share_weight(weights, slope.score);
            share_weight(weights + WARP, slope.kept);
            add_rows(key_sums, weights, m.queries, first, count, n);
            add_rows(value_sums, weights + WARP, m.out_gradient, first, count, n);
        }
        store_sums(key_sums, call.scale, m.key_gradient.row(key), n);
        store_sums(value_sums, 1, m.value_gradient.row(key), n);
    }
}

}  // namespace

template <typename T>
void plain_attention_backward(const AttentionBackward<T> &pass, Stream stream) {
    const dim3 grid(pass.call.tile_count, pass.call.head_count);
    LAUNCH(plain_queries<T>, grid, PLAIN_WARPS * WARP, 0, stream, pass);
    LAUNCH(plain_keys<T>, grid, PLAIN_WARPS * WARP, 0, stream, pass);
}

template void plain_attention_backward(const AttentionBackward<float> &, Stream);
template void plain_attention_backward(const AttentionBackward<bf16> &, Stream);

}  // namespace ajan
