#include "sentence.h"

#include "../runtime/error.h"

namespace ajan {
namespace {

constexpr uint32_t WARPS = 4;
constexpr float SMALLEST_NORM = 1e-12f;

// f(i) summed over the n numbers of a row, by one warp.
template <typename Body>
__device__ __forceinline__ float row_sum(uint32_t n, Body f) {
    float sum = 0;
    for (uint32_t i = lane_of_thread(); i < n; i += WARP) sum += f(i);
    return warp_sum(sum);
}

__device__ __forceinline__ float norm_of(const float *row, uint32_t n) {
    float squares = row_sum(n, [=](uint32_t i) { return row[i] * row[i]; });
    return fmaxf(sqrtf(squares), SMALLEST_NORM);
}

__global__ void __launch_bounds__(WARPS *WARP) sentence_forward_kernel(SentenceRows a) {
    uint32_t index = blockIdx.x * WARPS + warp_of_thread();
    if (index >= a.rows) return;
    float *raw = a.raw + size_t(index) * a.n, *vector = a.vectors + size_t(index) * a.n;
    float squares = 0;
    for (uint32_t i = lane_of_thread(); i < a.n; i += WARP) {
        float value = raw[i] + (a.bias ? a.bias[i] : 0);
        if (a.has_tanh) value = tanhf(value);
        raw[i] = value;
        squares += value * value;
    }
    float norm = a.normalizes ? fmaxf(sqrtf(warp_sum(squares)), SMALLEST_NORM) : 1;
    for (uint32_t i = lane_of_thread(); i < a.n; i += WARP) vector[i] = raw[i] / norm;
}

template <typename O>
__global__ void __launch_bounds__(WARPS *WARP)
    sentence_backward_kernel(SentenceRows a, const float *gradient, O *to) {
    uint32_t index = blockIdx.x * WARPS + warp_of_thread();
    if (index >= a.rows) return;
    const float *raw = a.raw + size_t(index) * a.n, *vector = a.vectors + size_t(index) * a.n;
    const float *slope = gradient + size_t(index) * a.n;
    float norm = 1, along = 0;
    if (a.normalizes) {
        norm = norm_of(raw, a.n);
        along = row_sum(a.n, [=](uint32_t i) { return vector[i] * slope[i]; });
    }
    for (uint32_t i = lane_of_thread(); i < a.n; i += WARP) {
        float value = (slope[i] - vector[i] * along) / norm;
        // tanh'(x) = 1 - tanh(x)^2, and raw holds tanh(x)
        if (a.has_tanh) value *= 1 - raw[i] * raw[i];
        to[size_t(index) * a.n + i] = from_float<O>(value);
    }
}

__global__ void __launch_bounds__(WARPS *WARP) loss_kernel(Loss a) {
    uint32_t index = blockIdx.x * WARPS + warp_of_thread();
    if (index >= a.rows) return;
    size_t at = size_t(index) * a.n;
    const float *own = a.vectors + at, *other = a.teacher + at;
    float own_norm = norm_of(own, a.n), other_norm = norm_of(other, a.n);
    float cosine = row_sum(
        a.n, [=](uint32_t i) { return own[i] / own_norm * (other[i] / other_norm); });
    float error_slope = a.share * a.mean_squared_error * (2 / (float(a.rows) * float(a.n)));
    float cosine_slope = a.share * a.cosine * (-1 / float(a.rows)) / own_norm;
    double squares = 0;
    for (uint32_t i = lane_of_thread(); i < a.n; i += WARP) {
        float difference = own[i] - other[i];
        squares += double(difference) * double(difference);
        float along = other[i] / other_norm - cosine * (own[i] / own_norm);
        a.gradient[at + i] = error_slope * difference + cosine_slope * along;
    }
    squares = warp_sum(squares);
    if (lane_of_thread() != 0) return;
    double error = squares / (double(a.rows) * double(a.n));
    double angle = (1 - double(cosine)) / double(a.rows);
    a.row_losses[index] = double(a.share) * (double(a.mean_squared_error) * error +
                                             double(a.cosine) * angle);
}

constexpr uint32_t SUM_WARPS = 8;

__global__ void __launch_bounds__(SUM_WARPS *WARP)
    sum_kernel(const double *values, uint64_t count, double *to) {
    SHARED(double, shared, SUM_WARPS);
    double sum = 0;
    for (uint64_t i = threadIdx.x; i < count; i += SUM_WARPS * WARP) sum += values[i];
    sum = block_sum<SUM_WARPS>(sum, shared);
    if (threadIdx.x == 0) *to = sum;
}

}  // namespace

void sentence_forward(const SentenceRows &a, cudaStream_t stream) {
    if (a.rows == 0) return;
    LAUNCH(sentence_forward_kernel, blocks_for(a.rows, WARPS), WARPS * WARP, 0, stream, a);
    check_launch("sentence_forward");
}

template <typename O>
void sentence_backward(const SentenceRows &a, const float *gradient, O *to,
                       cudaStream_t stream) {
    if (a.rows == 0) return;
    auto kernel = sentence_backward_kernel<O>;
    LAUNCH(kernel, blocks_for(a.rows, WARPS), WARPS * WARP, 0, stream, a, gradient, to);
    check_launch("sentence_backward");
}

template void sentence_backward(const SentenceRows &, const float *, float *, cudaStream_t);
template void sentence_backward(const SentenceRows &, const float *, bf16 *, cudaStream_t);

void loss_gradient(const Loss &a, cudaStream_t stream) {
    if (a.rows == 0) return;
    LAUNCH(loss_kernel, blocks_for(a.rows, WARPS), WARPS * WARP, 0, stream, a);
    check_launch("loss_gradient");
}

void sum_f64(const double *values, uint64_t count, double *to, cudaStream_t stream) {
    LAUNCH(sum_kernel, 1, SUM_WARPS * WARP, 0, stream, values, count, to);
    check_launch("sum_f64");
}

}  // namespace ajan
