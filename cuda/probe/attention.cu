// Probes of attention: one head of one sequence.
#include "../attention/attention.h"
#include "probes.h"

namespace ajan {

namespace {

// One head of one sequence as a batch.
template <typename T>
struct AttentionProbe {
    const size_t tokens, n;
    AttentionCall call = {};
    DeviceRows<T> qkv, out, slopes;
    DeviceRows<float> logsumexp;
    DeviceRows<AttentionTile> tiles;

    explicit AttentionProbe(const ck_attention_training_args &a)
        : tokens(a.tokens), n(a.head_size), qkv(tokens, 3 * n), out(tokens, n), slopes(tokens, n),
          logsumexp(tokens, 1), tiles(tiles_of(uint32_t(tokens), &call.wide_tile_count)) {
        std::vector<float> rows(tokens * 3 * n);
        const float *parts[] = {a.q, a.k, a.v};
        for (size_t token = 0; token < tokens; token++) {
            for (size_t i = 0; i < 3 * n; i++) {
                rows[token * 3 * n + i] = parts[i / n][token * a.ld + i % n];
            }
        }
        qkv.put(rows.data(), 3 * n);
        call.token_count = uint32_t(tokens);
        call.tiles = tiles, call.tile_count = uint32_t(tiles.n);
        call.head_count = 1, call.head_size = uint32_t(n), call.scale = a.scale;
        call.dropout_threshold = a.dropout.threshold;
        if (!a.dropout.threshold) return;
        call.dropout_scale = a.dropout.scale;
        call.dropout_key[0] = a.dropout.key[0], call.dropout_key[1] = a.dropout.key[1];
        call.dropout_site = a.dropout.site;
        call.first_sequence = *a.dropout.sequences;
    }

    static std::vector<AttentionTile> tiles_of(uint32_t tokens, uint32_t *wide_count) {
        const uint32_t starts[2] = {0, tokens};
        std::vector<AttentionTile> all(attention_tiles(starts, 1, nullptr, wide_count));
        attention_tiles(starts, 1, all.data(), wide_count);
        return all;
    }

    void forward() { attention_forward<T>(call, qkv, out, logsumexp, nullptr); }
};

}  // namespace

template <typename T>
void probe_attention_forward(const ck_attention_training_args *args, void *) {
    const ck_attention_training_args &a = *args;
    auto body = [&] {
        AttentionProbe<T> own(a);
        own.forward();
        own.out.get(a.out, a.ldo);
    };
    probe("attention_forward", body, [&] { make_nan(a.out, a.ldo, a.tokens, a.head_size); });
}

template <typename T>
void probe_attention_backward(const ck_attention_training_args *args, void *) {
    const ck_attention_training_args &a = *args;
    auto body = [&] {
        AttentionProbe<T> own(a);
        own.slopes.put(a.out, a.ldo);
        own.forward();
        DeviceRows<T> gradient(own.tokens, 3 * own.n);
        DeviceRows<float> scratch(1, attention_scratch_bytes(own.tokens, 1) / sizeof(float));
        attention_backward<T>(own.call, own.qkv, own.out, own.slopes, own.logsumexp, gradient,
                              scratch, nullptr);
        std::vector<float> rows(own.tokens * 3 * own.n);
        gradient.get(rows.data(), 3 * own.n);
        float *parts[] = {a.dq, a.dk, a.dv};
        for (size_t token = 0; token < own.tokens; token++) {
            for (size_t i = 0; i < 3 * own.n; i++) {
                parts[i / own.n][token * a.ld + i % own.n] = rows[token * 3 * own.n + i];
            }
        }
    };
    probe("attention_backward", body, [&] { make_nan(a.dq, a.ld, a.tokens, a.head_size); });
}

template void probe_attention_forward<float>(const ck_attention_training_args *, void *);
template void probe_attention_forward<bf16>(const ck_attention_training_args *, void *);
template void probe_attention_backward<float>(const ck_attention_training_args *, void *);
template void probe_attention_backward<bf16>(const ck_attention_training_args *, void *);

}  // namespace ajan
