// The two forms of attention behind attention.h.
#pragma once
#include "attention.h"

namespace ajan {

template <typename T>
struct AttentionForward {
    AttentionCall call;
    const T *qkv;
    T *out;
    float *logsumexp;
};

template <typename T>
struct AttentionBackward {
    AttentionCall call;
    const T *qkv, *out, *out_gradient;
    const float *logsumexp;
    // [tokens, heads]: sums of out * out_gradient, which the pass over queries leaves for the pass
    // over keys.
    float *dots;
    T *qkv_gradient;
};

// Any head size up to 128.
template <typename T>
void plain_attention_forward(const AttentionForward<T> &pass, Stream stream);
template <typename T>
void plain_attention_backward(const AttentionBackward<T> &pass, Stream stream);

// Head sizes 32 and 64.
void tensor_attention_forward(const AttentionForward<bf16> &pass, Stream stream);
void tensor_attention_backward(const AttentionBackward<bf16> &pass, Stream stream);

}  // namespace ajan
