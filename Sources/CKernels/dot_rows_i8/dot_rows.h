// Scans over stored int8 vectors. The including file has defined
//   ROWS_BIAS           what its products add to each number of a row,
//   add_products(s, q, r) which adds to each 32-bit lane the products of its four bytes.
#include <string.h>

// Bytes of a vector, and rows that share one load of the query.
enum { VB = 4 * VF, ROWS = 4 };

// Adds the products of VB bytes of the query with ROWS rows.
CK_INLINE void add_rows(vi sums[ROWS], const int8_t *query, const int8_t *const rows[ROWS],
                        size_t i) {
    vi q = vi_load((const int32_t *)(query + i));
    CK_UNROLL
    for (size_t r = 0; r < ROWS; r++) {
        sums[r] = add_products(sums[r], q, vi_load((const int32_t *)(rows[r] + i)));
    }
}

static void dot_block(const int8_t *query, const int8_t *rows, size_t ld, size_t count, size_t n,
                      int32_t bias, int32_t *out) {
    vi sums[ROWS];
    const int8_t *starts[ROWS], *tails[ROWS];
    int8_t query_tail[VB] = {0}, row_tails[ROWS][VB] = {{0}};
    const size_t whole = n / VB * VB;
    for (size_t r = 0; r < ROWS; r++) {
        // Missing rows repeat the last one.
        starts[r] = rows + (r < count ? r : count - 1) * ld;
        tails[r] = row_tails[r];
        sums[r] = vi_set(0);
        memcpy(row_tails[r], starts[r] + whole, n - whole);
    }
    memcpy(query_tail, query + whole, n - whole);
    for (size_t i = 0; i < whole; i += VB) add_rows(sums, query, starts, i);
    if (whole < n) add_rows(sums, query_tail, tails, 0);
    for (size_t r = 0; r < count; r++) out[r] = vi_sum(sums[r]) - bias;
}

void CK_NAME(dot_rows_i8)(const int8_t *query, const int8_t *rows, size_t ld, size_t count,
                          size_t n, int32_t *out) {
    int32_t sum = 0;
    for (size_t i = 0; ROWS_BIAS != 0 && i < n; i++) sum += query[i];
    for (size_t r = 0; r < count; r += ROWS) {
        size_t block = count - r < ROWS ? count - r : ROWS;
        dot_block(query, rows + r * ld, ld, block, n, ROWS_BIAS * sum, out + r);
    }
}
