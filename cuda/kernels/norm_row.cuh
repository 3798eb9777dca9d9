// LayerNorm of one row in the registers of a warp.
#pragma once
#include "../device/rows.cuh"

namespace ajan {

template <bool Even>
__device__ __forceinline__ bool is_inside(uint32_t column, uint32_t i, uint32_t n) {
    return Even ? column < n : column + i < n;
}

// Replaces `row` by its normalised form and returns 1 / sqrt(variance + epsilon).
template <uint32_t J, bool Even>
__device__ __forceinline__ float normalize(Row<J> &row, uint32_t n, float epsilon) {
    float mean = sum_of(row) / float(n), variance = 0;
#pragma unroll
    for (uint32_t j = 0; j < J; j++) {
#pragma unroll
        for (uint32_t i = 0; i < CHUNK; i++) {
            // Numbers past the end of the row are zero and stay zero.
            float centred = is_inside<Even>(column_of(j), i, n) ? row.part[j].x[i] - mean : 0;
            row.part[j].x[i] = centred;
            variance += centred * centred;
        }
    }
    float inverse = 1 / sqrtf(warp_sum(variance) / float(n) + epsilon);
#pragma unroll
    for (uint32_t j = 0; j < J; j++) {
#pragma unroll
        for (uint32_t i = 0; i < CHUNK; i++) row.part[j].x[i] *= inverse;
    }
    return inverse;
}

// row = row * gamma + beta
template <uint32_t J, bool Even>
__device__ __forceinline__ void scale_and_shift(Row<J> &row, const float *gamma,
                                                const float *beta, uint32_t n) {
#pragma unroll
    for (uint32_t j = 0; j < J; j++) {
        Eight scale = load_eight<Even>(gamma, column_of(j), n);
        Eight shift = load_eight<Even>(beta, column_of(j), n);
#pragma unroll
        for (uint32_t i = 0; i < CHUNK; i++) {
            row.part[j].x[i] = row.part[j].x[i] * scale.x[i] + shift.x[i];
        }
    }
}

// The sum in `row` becomes normalized * gamma + beta; what the backward pass needs of row `index`
// is kept. `a` is a NormForward or an Embedding.
template <uint32_t J, bool Even, typename Arguments>
__device__ __forceinline__ void norm_row(Row<J> &row, const Arguments &a, uint32_t index) {
    float inverse = normalize<J, Even>(row, a.n, a.epsilon);
    if (a.normalized) {
        store_row<J, Even>(a.normalized + size_t(index) * a.n, a.n, row);
        if (lane_of_thread() == 0) a.inverse[index] = inverse;
    }
    scale_and_shift<J, Even>(row, a.gamma, a.beta, a.n);
}

}  // namespace ajan
