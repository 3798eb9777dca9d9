// Backward on tensor cores, second pass: a warp takes its 16 keys past all queries, computes the
// probabilities again, keys as rows, and sums the gradients of its keys and values.
#include "kept_queries.cuh"
#include "tensor_backward.cuh"

namespace ajan {

namespace {

// What is known of the queries that lie in shared memory.
struct StagedQueries {
    bf16 *rows, *slopes;
    // Of the scaled scores, to base 2, infinite past the last query; sums of out * out_gradient.
    float *logsumexp, *dots;
    uint8_t *kept;
};

// Kept probabilities without their factor, and gradients of the scaled scores.
struct Weights {
    MeetSums kept, slope;
};

__device__ __forceinline__ Weights weights_of(const MeetSums &scores, const MeetSums &gradient,
                                              const float *logsumexp, const float *dots,
                                              uint32_t bits, float scale, float factor) {
    Weights weights;
#pragma unroll
    for (uint32_t n = 0; n < MEET_GROUPS; n++) {
#pragma unroll
        for (uint32_t i = 0; i < 4; i++) {
            const uint32_t query = 8 * n + tile_column() + i % 2;
            const float p = exp2f(scores.group[n][i] * scale - logsumexp[query]);
            const bool is_kept = bits >> (4 * n + i) & 1;
            const float slope = is_kept ? gradient.group[n][i] * factor : 0;
            weights.kept.group[n][i] = is_kept ? p : 0;
            weights.slope.group[n][i] = p * (slope - dots[query]);
        }
    }
    return weights;
}

template <uint32_t D, bool IsWide>
__device__ __forceinline__ void stage_queries(const AttentionBackward<bf16> &pass,
                                              const WarpWork &work, const StagedQueries &staged,
                                              uint32_t first) {
    const AttentionCall &call = pass.call;
    const Distances<D> ld = distances_of<D>(call);
    stage<D, IsWide>(staged.rows, pass.qkv + place_of(call, work, 3, 0), ld.qkv, first,
                     work.length);
    stage<D, IsWide>(staged.slopes, pass.out_gradient + place_of(call, work, 1, 0), ld.out, first,
                     work.length);
    const uint32_t row = Team<IsWide>::rank();
    if (row < Team<IsWide>::stage_rows) {
        const bool is_query = first + row < work.length;
        const size_t place = (work.start + first + row) * size_t(call.head_count) + work.head;
        staged.logsumexp[row] = is_query ? pass.logsumexp[place] * LOG2_E : INFINITY;
        staged.dots[row] = is_query ? pass.dots[place] : 0;
    }
    if (IsWide && call.dropout_threshold) {
        stage_kept(staged.kept, call, work, work.first - warp_of_thread() * TILE, first);
    }
}

// Gradients of the 16 keys and values of a warp.
template <uint32_t D>
struct KeySums {
    HeadSums<D> keys, values;
};

template <uint32_t D, bool IsWide>
__device__ __forceinline__ void add_queries(const AttentionCall &call, const WarpWork &work,
                                            const LeftTile<D> &keys, const LeftTile<D> &values,
                                            const StagedQueries &staged, uint32_t first,
                                            uint32_t part, KeySums<D> &sums) {
    const bf16 *rows = staged.rows + part * STAGE_LD<D>;
    const bf16 *slopes = staged.slopes + part * STAGE_LD<D>;
    const float factor = call.dropout_threshold ? call.dropout_scale : 1;
    uint32_t bits = 0xffffffffu;
    if (call.dropout_threshold) {
        bits = IsWide ? staged_bits(staged.kept + part * DROPOUT_LANES)
                      : drawn_bits(call, work, first + part);
    }
    const MeetSums scores = meet<D>(keys, rows), gradient = meet<D>(values, slopes);
    const Weights weights = weights_of(scores, gradient, staged.logsumexp + part,
                                       staged.dots + part, bits, call.scale * LOG2_E, factor);
    gather(sums.values, weights.kept, slopes);
    gather(sums.keys, weights.slope, rows);
}

template <uint32_t D, bool IsWide>
__global__ void __launch_bounds__(TEAM_WARPS *WARP)
    backward_keys(AttentionBackward<bf16> pass) {
    using Own = Team<IsWide>;
    constexpr uint32_t matrix = Own::stage_rows * STAGE_LD<D>;
    SHARED(bf16, staged, Own::stages * 2 * matrix);
    SHARED(float, numbers, Own::stages * 2 * Own::stage_rows);
    SHARED(uint8_t, kept, IsWide ? KEPT_BYTES : 16);
    const AttentionCall &call = pass.call;
    WarpWork work;
    if (!find_work<IsWide>(call, work)) return;
    bf16 *rows = staged + Own::stage() * 2 * matrix;
    float *logsumexp = numbers + Own::stage() * 2 * Own::stage_rows;
    const StagedQueries queries = {rows, rows + matrix, logsumexp, logsumexp + Own::stage_rows,
                                   kept};
    const size_t ld = distances_of<D>(call).qkv, shift = work.first * ld;
    const size_t key_place = place_of(call, work, 3, 1) + shift;
    const size_t value_place = place_of(call, work, 3, 2) + shift;
    const LeftTile<D> keys = load_left<D>(pass.qkv + key_place, ld, work.valid);
    const LeftTile<D> values = load_left<D>(pass.qkv + value_place, ld, work.valid);
    KeySums<D> sums = {no_head_sums<D>(), no_head_sums<D>()};
    for (uint32_t first = 0; first < work.length; first += Own::stage_rows) {
        if (first > 0) Own::wait();
        stage_queries<D, IsWide>(pass, work, queries, first);
        Own::wait();
        for (uint32_t part = 0; part < Own::stage_rows; part += MEET) {
            if (work.valid == 0 || first + part >= work.length) continue;
            add_queries<D, IsWide>(call, work, keys, values, queries, first, part, sums);
        }
    }
    const float factor = call.dropout_threshold ? call.dropout_scale : 1;
    const float key_factor[2] = {call.scale, call.scale}, value_factor[2] = {factor, factor};
    store_head_sums(sums.keys, key_factor, pass.qkv_gradient + key_place, ld, work.valid);
    store_head_sums(sums.values, value_factor, pass.qkv_gradient + value_place, ld, work.valid);
}

}  // namespace

void tensor_backward_keys(const AttentionBackward<bf16> &pass, Stream stream) {
    for_each_team(pass.call, [&](auto size, auto is_wide, uint32_t blocks) {
        auto kernel = backward_keys<decltype(size)::value, decltype(is_wide)::value>;
        LAUNCH(kernel, blocks, TEAM_WARPS * WARP, 0, stream, pass);
    });
}

void tensor_attention_backward(const AttentionBackward<bf16> &pass, Stream stream) {
    tensor_backward_queries(pass, stream);
    tensor_backward_keys(pass, stream);
}

}  // namespace ajan
