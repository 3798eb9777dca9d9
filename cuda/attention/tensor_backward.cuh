// What the two passes of the backward form on tensor cores share.
#pragma once
#include "kept_keys.cuh"

namespace ajan {

constexpr float LOG2_E = 1.44269504088896340736f;

// Distances between rows of qkv and of out.
template <uint32_t D>
struct Distances {
    size_t qkv, out;
};

template <uint32_t D>
__device__ __forceinline__ Distances<D> distances_of(const AttentionCall &call) {
    const size_t hidden = size_t(call.head_count) * D;
    return {3 * hidden, hidden};
}

void tensor_backward_queries(const AttentionBackward<bf16> &pass, Stream stream);
void tensor_backward_keys(const AttentionBackward<bf16> &pass, Stream stream);

}  // namespace ajan
