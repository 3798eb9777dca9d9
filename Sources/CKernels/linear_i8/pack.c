#include "ck_linear.h"

#include <math.h>
#include <string.h>

// Bytes of a group of four inputs of a panel.
enum { GROUP_SIZE = 4 * CK_PANEL };

// Fused multiplications would round other weights up on other processors.
#pragma STDC FP_CONTRACT OFF

// The bits of |x|: as integers they are ordered as the numbers are, NaN and infinity last.
static uint32_t magnitude(float x) {
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits & INT32_MAX;
}

static uint32_t larger(uint32_t a, uint32_t b) { return a > b ? a : b; }

// The largest sum of weights of one sign in the two quads of eight weights, as bits. Plain loops
// over four numbers, so that the compiler takes vectors.
static uint32_t largest_of_eight(const float *w) {
    float above[4], below[4];
    for (size_t i = 0; i < 4; i++) {
        const float a = w[i], b = w[i + 4];
        above[i] = (a > 0 ? a : 0) + (b > 0 ? b : 0);
        // A NaN is one of these.
        below[i] = (a > 0 ? 0 : a) + (b > 0 ? 0 : b);
    }
    const uint32_t first =
        larger(magnitude(above[0] + above[1]), magnitude(below[0] + below[1]));
    const uint32_t second =
        larger(magnitude(above[2] + above[3]), magnitude(below[2] + below[3]));
    return larger(first, second);
}

// The same of k weights; NaN or infinity where a weight or a sum is so.
static float largest_of(const float *w, size_t k) {
    uint32_t most = 0;
    size_t p = 0;
    for (; p + 8 <= k; p += 8) most = larger(most, largest_of_eight(w + p));
    float rest[8] = {0}, value;
    memcpy(rest, w + p, (k - p) * sizeof *w);
    most = larger(most, largest_of_eight(rest));
    memcpy(&value, &most, sizeof value);
    return value;
}

float ck_quantize_weights_i8(const float *w, size_t k, int8_t *q) {
    const float largest = largest_of(w, k);
    // Below this the factor would overflow; such a channel is zero for every purpose.
    if (!isfinite(largest) || largest < 1e-30f) {
        memset(q, 0, k);
        return isfinite(largest) ? 0 : NAN;
    }
    // Rounding adds a half to each of four weights: no sum of a quad exceeds 128.
    const float factor = 126.5f / largest;
    // Rounds to even: the sum has no bits behind the point.
    const float rounder = 12582912;
    for (size_t p = 0; p < k; p++) q[p] = (int8_t)(int32_t)(w[p] * factor + rounder - rounder);
    return largest / 126.5f;
}

// The largest sum of weights of one sign in a quad of two groups of a panel, which are neighbours
// or one of them zeros. Plain loops over 16-bit numbers, so that the compiler takes vectors.
static int largest_sum(const int8_t *x, const int8_t *y) {
    int16_t above[GROUP_SIZE], below[GROUP_SIZE], most = 0;
    for (size_t i = 0; i < GROUP_SIZE; i++) {
        above[i] = (int16_t)((x[i] > 0 ? x[i] : 0) + (y[i] > 0 ? y[i] : 0));
        below[i] = (int16_t)(above[i] - x[i] - y[i]);
    }
    for (size_t i = 0; i < GROUP_SIZE; i += 2) {
        const int16_t a = (int16_t)(above[i] + above[i + 1]);
        const int16_t b = (int16_t)(below[i] + below[i + 1]), sum = a > b ? a : b;
        most = most > sum ? most : sum;
    }
    return most;
}

int ck_products_in_16_bits(const int8_t *panels, size_t n, size_t k) {
    // 255 * 128 is below 2^15.
    enum { MOST = 128 };
    static const int8_t zeros[GROUP_SIZE] = {0};
    const size_t groups = (k + 3) / 4;
    int fitting = 4;
    for (size_t panel = 0; panel < (n + CK_PANEL - 1) / CK_PANEL; panel++) {
        const int8_t *group = panels + panel * groups * GROUP_SIZE;
        for (size_t g = 0; g < groups; g++, group += GROUP_SIZE) {
            if (fitting == 4 && g % 2 == 0) {
                const int8_t *next = g + 1 < groups ? group + GROUP_SIZE : zeros;
                if (largest_sum(group, next) > MOST) fitting = 2;
            }
            if (fitting == 2 && largest_sum(group, zeros) > MOST) return 1;
        }
    }
    return fitting;
}

// Address of the first group of four inputs of output channel n.
static size_t start(size_t k, size_t n) {
    return (n / CK_PANEL) * ((k + 3) / 4) * GROUP_SIZE + (n % CK_PANEL) * 4;
}

int32_t ck_pack_i8_row(const int8_t *row, size_t k, size_t n, int8_t *panels) {
    int8_t *out = panels + start(k, n);
    int32_t sum = 0;
    for (size_t p = 0; p < k; p += 4, out += GROUP_SIZE) {
        for (size_t i = 0; i < 4; i++) {
            out[i] = p + i < k ? row[p + i] : 0;
            sum += out[i];
        }
    }
    return sum;
}

void ck_unpack_i8_row(const int8_t *panels, size_t k, size_t n, int8_t *row) {
    const int8_t *in = panels + start(k, n);
    for (size_t p = 0; p < k; p++) row[p] = in[(p / 4) * GROUP_SIZE + p % 4];
}
