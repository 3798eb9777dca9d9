// GELU in its erf form; the tanh form of cuBLASLt's epilogues is another function.
#pragma once
#include "../device/platform.cuh"

namespace ajan {

__device__ __forceinline__ float gelu(float x) {
    return 0.5f * x * (1 + erff(x * 0.70710678118654752440f));
}

__device__ __forceinline__ float gelu_slope(float x) {
    float normal = 0.5f * (1 + erff(x * 0.70710678118654752440f));
    return normal + x * 0.39894228040143267794f * expf(-0.5f * x * x);
}

}  // namespace ajan
