// Attention on tensor cores: a warp takes its 16 queries past all keys of their sequence, 32 at a
// time, and keeps for each query the largest score, the sum of exponentials and the sums of values.
#include "kept_keys.cuh"

namespace ajan {

namespace {

constexpr float LOG2_E = 1.44269504088896340736f;

// Of queries g and g + 8. `total` is this lane's part of the sum.
template <uint32_t D>
struct Attended {
    float largest[2], total[2];
    HeadSums<D> sums;
};

// Scores become exponentials below the largest score so far, zero past the last key.
template <uint32_t D>
__device__ __forceinline__ void exponentials(MeetSums &scores, Attended<D> &attended,
                                             float scale, uint32_t keys) {
#pragma unroll
    for (uint32_t half = 0; half < 2; half++) {
        float most = attended.largest[half];
#pragma unroll
        for (uint32_t n = 0; n < MEET_GROUPS; n++) {
#pragma unroll
            for (uint32_t i = 0; i < 2; i++) {
                float &score = scores.group[n][2 * half + i];
                if (8 * n + tile_column() + i >= keys) score = -INFINITY;
                most = fmaxf(most, score);
            }
        }
        most = quad_max(most);
        const float shrink = exp2f((attended.largest[half] - most) * scale);
        attended.largest[half] = most;
        float total = 0;
#pragma unroll
        for (uint32_t n = 0; n < MEET_GROUPS; n++) {
#pragma unroll
            for (uint32_t i = 0; i < 2; i++) {
                float &score = scores.group[n][2 * half + i];
                score = exp2f((score - most) * scale);
                total += score;
            }
        }
        attended.total[half] = attended.total[half] * shrink + total;
#pragma unroll
        for (uint32_t group = 0; group < D / 8; group++) {
            attended.sums.group[group][2 * half] *= shrink;
            attended.sums.group[group][2 * half + 1] *= shrink;
        }
    }
}

template <uint32_t D>
__device__ __forceinline__ void finish(const AttentionForward<bf16> &pass, const WarpWork &work,
                                       Attended<D> &attended) {
    const AttentionCall &call = pass.call;
    const size_t hidden = size_t(call.head_count) * D;
    const float dropped = call.dropout_threshold ? call.dropout_scale : 1;
    float factor[2];
#pragma unroll
    for (uint32_t half = 0; half < 2; half++) {
        const float total = quad_sum(attended.total[half]);
        const uint32_t row = tile_row() + 8 * half;
        factor[half] = dropped / total;
        if (pass.logsumexp && lane_of_thread() % 4 == 0 && row < work.valid) {
            const size_t token = work.start + work.first + row;
            pass.logsumexp[token * call.head_count + work.head] =
                attended.largest[half] * call.scale + logf(total);
        }
    }
    bf16 *out = pass.out + place_of(call, work, 1, 0) + work.first * hidden;
    store_head_sums(attended.sums, factor, out, hidden, work.valid);
}

template <uint32_t D, bool IsWide>
__global__ void __launch_bounds__(TEAM_WARPS *WARP)
    tensor_forward(AttentionForward<bf16> pass) {
    using Own = Team<IsWide>;
    constexpr uint32_t matrix = Own::stage_rows * STAGE_LD<D>;
    SHARED(bf16, staged, Own::stages * 2 * matrix);
    const AttentionCall &call = pass.call;
    WarpWork work;
    if (!find_work<IsWide>(call, work)) return;
    bf16 *staged_keys = staged + Own::stage() * 2 * matrix, *staged_values = staged_keys + matrix;
    const size_t ld = 3 * size_t(call.head_count) * D;
    const bf16 *queries = pass.qkv + place_of(call, work, 3, 0);
    const bf16 *keys = pass.qkv + place_of(call, work, 3, 1);
    const bf16 *values = pass.qkv + place_of(call, work, 3, 2);
    const LeftTile<D> own = load_left<D>(queries + work.first * ld, ld, work.valid);
    Attended<D> attended = {{-INFINITY, -INFINITY}, {0, 0}, no_head_sums<D>()};
    KeptKeys kept = {};
    for (uint32_t first = 0; first < work.length; first += Own::stage_rows) {
        if (first > 0) Own::wait();
        stage<D, IsWide>(staged_keys, keys, ld, first, work.length);
        stage<D, IsWide>(staged_values, values, ld, first, work.length);
        Own::wait();
        for (uint32_t part = 0; part < Own::stage_rows; part += MEET) {
            const uint32_t key = first + part;
            if (work.valid == 0 || key >= work.length) continue;
            MeetSums scores = meet<D>(own, staged_keys + part * STAGE_LD<D>);
            exponentials(scores, attended, call.scale * LOG2_E, work.length - key);
            if (call.dropout_threshold) {
                if (key % DROPOUT_GROUP == 0) kept = draw_keys(call, work, key / DROPOUT_GROUP);
                drop_keys(scores, kept, key);
            }
            gather(attended.sums, scores, staged_values + part * STAGE_LD<D>);
        }
    }
    finish(pass, work, attended);
}

}  // namespace

void tensor_attention_forward(const AttentionForward<bf16> &pass, Stream stream) {
    for_each_team(pass.call, [&](auto size, auto is_wide, uint32_t blocks) {
        auto kernel = tensor_forward<decltype(size)::value, decltype(is_wide)::value>;
        LAUNCH(kernel, blocks, TEAM_WARPS * WARP, 0, stream, pass);
    });
}

}  // namespace ajan
