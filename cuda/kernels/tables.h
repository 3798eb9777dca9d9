// Rows of tables: sparse gradients, and moving rows that are named by a list.
#pragma once
#include "../device/rows.cuh"

namespace ajan {

// Groups of more members than this take a block instead of a warp.
constexpr uint32_t LONG_GROUP = 32;

// For each group g: table[row(g)] += sum of rows[m] for m in members[starts[g] .. starts[g + 1]),
// where row(g) is targets[g], or row_of_target[targets[g]] if that is given.
template <typename T>
struct GroupSums {
    const T *rows;
    const uint32_t *starts, *members, *targets;
    const int32_t *row_of_target;
    float *table;
    uint32_t count, n;
    // The groups of more than LONG_GROUP members.
    const uint32_t *long_groups;
    uint32_t long_count;
};

template <typename T>
void add_group_sums(const GroupSums<T> &arguments, cudaStream_t stream);

// Rows `ids` of a table [.., n].
struct NamedRows {
    float *table;
    const int32_t *ids;
    uint32_t count, n;
};

// Zeroes those whose stamps[id] is another one than `stamp`, and notes it there.
void clear_rows(const NamedRows &rows, uint32_t *stamps, uint32_t stamp, cudaStream_t stream);
// Copies them to or from dense rows [count, n].
void gather_rows(const NamedRows &rows, float *to, cudaStream_t stream);
void scatter_rows(const NamedRows &rows, const float *from, cudaStream_t stream);

// Rows in place of the words of the step that has them.
struct SquareSums {
    // Dense numbers, and named rows (ids may be NULL with count 0).
    const float *dense;
    uint64_t dense_count;
    NamedRows rows;
    // [square_blocks]
    double *partials;
    double *to;
};

uint64_t square_blocks(uint64_t dense_count, uint32_t row_count);
// *to = the sum of the squares of them all, in f64 and a fixed order.
void sum_squares(const SquareSums &sums, cudaStream_t stream);

// to[i] = bf16(from[i])
void convert(const float *from, bf16 *to, uint64_t count, cudaStream_t stream);

}  // namespace ajan
