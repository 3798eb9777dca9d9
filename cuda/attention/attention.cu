// Chooses the form.
#include "forms.h"

#include <type_traits>

namespace ajan {

namespace {

constexpr uint32_t LARGEST_HEAD = 128;

template <typename T>
bool uses_tensor_cores(const AttentionCall &call) {
    return std::is_same<T, bf16>::value && (call.head_size == 32 || call.head_size == 64);
}

}  // namespace

bool attention_supports(uint32_t head_size) {
    return head_size >= 1 && head_size <= LARGEST_HEAD;
}

size_t attention_scratch_bytes(uint64_t tokens, uint32_t head_count) {
    return size_t(tokens) * head_count * sizeof(float);
}

template <typename T>
void attention_forward(const AttentionCall &call, const T *qkv, T *out, float *logsumexp,
                       Stream stream) {
    if (call.tile_count == 0) return;
    const AttentionForward<T> pass = {call, qkv, out, logsumexp};
    if constexpr (std::is_same<T, bf16>::value) {
        if (uses_tensor_cores<T>(call)) return tensor_attention_forward(pass, stream);
    }
    plain_attention_forward(pass, stream);
}

template <typename T>
void attention_backward(const AttentionCall &call, const T *qkv, const T *out,
                        const T *out_gradient, const float *logsumexp, T *qkv_gradient,
                        void *scratch, Stream stream) {
    if (call.tile_count == 0) return;
    const AttentionBackward<T> pass = {call,      qkv, out, out_gradient, logsumexp,
                                       static_cast<float *>(scratch), qkv_gradient};
    if constexpr (std::is_same<T, bf16>::value) {
        if (uses_tensor_cores<T>(call)) return tensor_attention_backward(pass, stream);
    }
    plain_attention_backward(pass, stream);
}

template void attention_forward(const AttentionCall &, const float *, float *, float *, Stream);
template void attention_forward(const AttentionCall &, const bf16 *, bf16 *, float *, Stream);
template void attention_backward(const AttentionCall &, const float *, const float *,
                                 const float *, const float *, float *, void *, Stream);
template void attention_backward(const AttentionCall &, const bf16 *, const bf16 *, const bf16 *,
                                 const float *, bf16 *, void *, Stream);

}  // namespace ajan
