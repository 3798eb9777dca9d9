// One warp per row, the row in registers: lane l holds numbers [8 l, 8 l + 8) of each of the J
// parts of 256 numbers.
#pragma once
#include "numbers.cuh"
#include "philox.cuh"
#include "warp.cuh"

#include <type_traits>

namespace ajan {

// Numbers of a row that a warp holds in one register of each lane, times eight.
constexpr uint32_t PART = WARP * CHUNK;
constexpr uint32_t LARGEST_ROW = 4 * PART;
// Rows that are not a multiple of eight long are for tests; they take one general form.
constexpr uint32_t LARGEST_UNEVEN_ROW = 2 * PART;

template <uint32_t J>
struct Row {
    Eight part[J];
};

__device__ __forceinline__ uint32_t column_of(uint32_t part) {
    return part * PART + lane_of_thread() * CHUNK;
}

template <uint32_t J, bool Even, typename T>
__device__ __forceinline__ Row<J> load_row(const T *from, uint32_t n) {
    Row<J> row;
#pragma unroll
    for (uint32_t j = 0; j < J; j++) row.part[j] = load_eight<Even>(from, column_of(j), n);
    return row;
}

template <uint32_t J, bool Even, typename T>
__device__ __forceinline__ void store_row(T *to, uint32_t n, const Row<J> &row) {
#pragma unroll
    for (uint32_t j = 0; j < J; j++) store_eight<Even>(to, column_of(j), n, row.part[j]);
}

template <uint32_t J>
__device__ __forceinline__ float sum_of(const Row<J> &row) {
    float sum = 0;
#pragma unroll
    for (uint32_t j = 0; j < J; j++) {
#pragma unroll
        for (uint32_t i = 0; i < CHUNK; i++) sum += row.part[j].x[i];
    }
    return warp_sum(sum);
}

// Drops numbers of row `index` of a batch.
template <uint32_t J>
__device__ __forceinline__ void drop(Row<J> &row, const Dropout &dropout, const Places &places,
                                     uint32_t index) {
    if (dropout.threshold == 0) return;
    uint32_t sequence = places.sequence_of_row[index];
    uint32_t position = index - places.starts[sequence];
#pragma unroll
    for (uint32_t j = 0; j < J; j++) {
        Eight factors =
            dropout_factors(dropout, places.first_sequence + sequence, position, j);
#pragma unroll
        for (uint32_t i = 0; i < CHUNK; i++) row.part[j].x[i] *= factors.x[i];
    }
}

inline bool has_row_form(uint32_t n) {
    return n > 0 && n <= (is_even(n) ? LARGEST_ROW : LARGEST_UNEVEN_ROW);
}

// Calls body(J, Even) as compile-time constants for rows of n numbers.
template <typename Body>
void with_row_form(uint32_t n, Body body) {
    using std::integral_constant;
    using yes = std::true_type;
    if (!is_even(n)) {
        body(integral_constant<uint32_t, 2>(), std::false_type());
    } else if (n <= PART) {
        body(integral_constant<uint32_t, 1>(), yes());
    } else if (n <= 2 * PART) {
        body(integral_constant<uint32_t, 2>(), yes());
    } else if (n <= 3 * PART) {
        body(integral_constant<uint32_t, 3>(), yes());
    } else {
        body(integral_constant<uint32_t, 4>(), yes());
    }
}

}  // namespace ajan
