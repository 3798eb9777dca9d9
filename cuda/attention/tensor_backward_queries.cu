// Backward on tensor cores, first pass: a warp takes its 16 queries past all keys, computes the
// probabilities again, and sums the gradient of its queries.
#include "tensor_backward.cuh"

namespace ajan {

namespace {

// What is known of queries g and g + 8.
struct QueryRows {
    // Of the scaled scores, to base 2; and the sums of out * out_gradient.
    float logsumexp[2], dots[2];
};

// The products of two tiles, row by row, summed over the lanes that share a row.
template <uint32_t D>
__device__ __forceinline__ void row_dots(const LeftTile<D> &x, const LeftTile<D> &y,
                                         float dots[2]) {
#pragma unroll
    for (uint32_t half = 0; half < 2; half++) {
        float sum = 0;
#pragma unroll
        for (uint32_t s = 0; s < D / 16; s++) {
#pragma unroll
            for (uint32_t i = half; i < 4; i += 2) {
                sum += low_half(x.step[s][i]) * low_half(y.step[s][i]);
                sum += high_half(x.step[s][i]) * high_half(y.step[s][i]);
            }
        }
        dots[half] = quad_sum(sum);
    }
}

template <uint32_t D>
__device__ __forceinline__ QueryRows know_queries(const AttentionBackward<bf16> &pass,
                                                  const WarpWork &work,
                                                  const LeftTile<D> &gradient) {
    const AttentionCall &call = pass.call;
    const size_t ld = distances_of<D>(call).out;
    const bf16 *out = pass.out + place_of(call, work, 1, 0) + work.first * ld;
    QueryRows rows;
    row_dots(load_left<D>(out, ld, work.valid), gradient, rows.dots);
#pragma unroll
    for (uint32_t half = 0; half < 2; half++) {
        const uint32_t row = tile_row() + 8 * half;
        rows.logsumexp[half] = 0;
        if (row >= work.valid) continue;
        const size_t place = (work.start + work.first + row) * size_t(call.head_count) + work.head;
        rows.logsumexp[half] = pass.logsumexp[place] * LOG2_E;
        if (lane_of_thread() % 4 == 0) pass.dots[place] = rows.dots[half];
    }
    return rows;
}

// scores become p (gradient - dots), the gradient of the scaled scores; zero past the last key.
__device__ __forceinline__ void score_gradient(MeetSums &scores, const MeetSums &gradient,
                                               const QueryRows &rows, float scale, float factor,
                                               uint32_t keys) {
#pragma unroll
    for (uint32_t n = 0; n < MEET_GROUPS; n++) {
#pragma unroll
        for (uint32_t i = 0; i < 4; i++) {
            const float p = exp2f(scores.group[n][i] * scale - rows.logsumexp[i / 2]);
            const float slope = p * (gradient.group[n][i] * factor - rows.dots[i / 2]);
            scores.group[n][i] = 8 * n + tile_column() + i % 2 < keys ? slope : 0;
        }
    }
}

template <uint32_t D, bool IsWide>
__global__ void __launch_bounds__(TEAM_WARPS *WARP)
    backward_queries(AttentionBackward<bf16> pass) {
    using Own = Team<IsWide>;
    constexpr uint32_t matrix = Own::stage_rows * STAGE_LD<D>;
    SHARED(bf16, staged, Own::stages * 2 * matrix);
    const AttentionCall &call = pass.call;
    WarpWork work;
    if (!find_work<IsWide>(call, work)) return;
    bf16 *staged_keys = staged + Own::stage() * 2 * matrix, *staged_values = staged_keys + matrix;
    const Distances<D> ld = distances_of<D>(call);
    const size_t own_place = place_of(call, work, 3, 0) + work.first * ld.qkv;
    const bf16 *keys = pass.qkv + place_of(call, work, 3, 1);
    const bf16 *values = pass.qkv + place_of(call, work, 3, 2);
    const LeftTile<D> own = load_left<D>(pass.qkv + own_place, ld.qkv, work.valid);
    const LeftTile<D> slope = load_left<D>(
        pass.out_gradient + place_of(call, work, 1, 0) + work.first * ld.out, ld.out, work.valid);
    const QueryRows rows = know_queries(pass, work, slope);
    const float factor = call.dropout_threshold ? call.dropout_scale : 1;
    HeadSums<D> sums = no_head_sums<D>();
    KeptKeys kept = {};
    for (uint32_t first = 0; first < work.length; first += Own::stage_rows) {
        if (first > 0) Own::wait();
        stage<D, IsWide>(staged_keys, keys, ld.qkv, first, work.length);
        stage<D, IsWide>(staged_values, values, ld.qkv, first, work.length);
        Own::wait();
        for (uint32_t part = 0; part < Own::stage_rows; part += MEET) {
            const uint32_t key = first + part;
            if (work.valid == 0 || key >= work.length) continue;
            MeetSums scores = meet<D>(own, staged_keys + part * STAGE_LD<D>);
            MeetSums gradient = meet<D>(slope, staged_values + part * STAGE_LD<D>);
            if (call.dropout_threshold) {
                if (key % DROPOUT_GROUP == 0) kept = draw_keys(call, work, key / DROPOUT_GROUP);
                drop_keys(gradient, kept, key);
            }
            score_gradient(scores, gradient, rows, call.scale * LOG2_E, factor,
                           work.length - key);
            gather(sums, scores, staged_keys + part * STAGE_LD<D>);
        }
    }
    const float scale[2] = {call.scale, call.scale};
    store_head_sums(sums, scale, pass.qkv_gradient + own_place, ld.qkv, work.valid);
}

}  // namespace

void tensor_backward_queries(const AttentionBackward<bf16> &pass, Stream stream) {
    for_each_team(pass.call, [&](auto size, auto is_wide, uint32_t blocks) {
        auto kernel = backward_queries<decltype(size)::value, decltype(is_wide)::value>;
        LAUNCH(kernel, blocks, TEAM_WARPS * WARP, 0, stream, pass);
    });
}

}  // namespace ajan
