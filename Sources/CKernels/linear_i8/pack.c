#include "ck_linear.h"

#include <math.h>
#include <string.h>

// Fused multiplications would round other weights up on other processors.
#pragma STDC FP_CONTRACT OFF

// The bits of |x|: as integers they are ordered as the numbers are, NaN and infinity last.
static uint32_t magnitude(float x) {
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits & INT32_MAX;
}

// Position p of a quad of eight weights: pairs that a step multiplies lie four weights apart.
static size_t in_quad(size_t quad, size_t p) { return quad * 2 + p % 2 + p / 2 * 4; }

// The largest sum of weights of one sign in a quad; NaN or infinity where a weight is so.
static float largest_of(const float *w, size_t k) {
    uint32_t most = 0;
    for (size_t first = 0; first < k; first += 8) {
        for (size_t quad = 0; quad < 2; quad++) {
            float above = 0, below = 0;
            for (size_t p = 0; p < 4; p++) {
                const size_t i = first + in_quad(quad, p);
                if (i >= k) continue;
                if (w[i] > 0) above += w[i];
                // A NaN too.
                if (!(w[i] > 0)) below += w[i];
            }
            const uint32_t a = magnitude(above), b = magnitude(below), ab = a > b ? a : b;
            most = most > ab ? most : ab;
        }
    }
    float value;
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

// The largest sum of weights of one sign among `count` groups of four weights, a panel's width of
// channels apart, of each pair of bytes that lies in the same place.
static int largest_sum(const int8_t *groups, size_t count) {
    int most = 0;
    for (size_t i = 0; i < 4 * CK_PANEL; i += 2) {
        int above = 0, below = 0;
        for (size_t g = 0; g < count; g++) {
            for (size_t p = 0; p < 2; p++) {
                const int w = groups[g * 4 * CK_PANEL + i + p];
                above += w > 0 ? w : 0;
                below += w < 0 ? -w : 0;
            }
        }
        const int sum = above > below ? above : below;
        most = most > sum ? most : sum;
    }
    return most;
}

int ck_products_in_16_bits(const int8_t *panels, size_t n, size_t k) {
    // 255 * 128 is below 2^15.
    enum { MOST = 128 };
    const size_t groups = (k + 3) / 4;
    int fitting = 4;
    for (size_t panel = 0; panel < (n + CK_PANEL - 1) / CK_PANEL; panel++) {
        const int8_t *from = panels + panel * groups * 4 * CK_PANEL;
        for (size_t g = 0; g < groups; g++) {
            const int8_t *group = from + g * 4 * CK_PANEL;
            if (fitting == 4 && g % 2 == 0) {
                const size_t count = groups - g < 2 ? 1 : 2;
                if (largest_sum(group, count) > MOST) fitting = 2;
            }
            if (fitting == 2 && largest_sum(group, 1) > MOST) return 1;
        }
    }
    return fitting;
}

// Address of the first group of four inputs of output channel n.
static size_t start(size_t k, size_t n) {
    return (n / CK_PANEL) * ((k + 3) / 4) * (CK_PANEL * 4) + (n % CK_PANEL) * 4;
}

int32_t ck_pack_i8_row(const int8_t *row, size_t k, size_t n, int8_t *panels) {
    int8_t *out = panels + start(k, n);
    int32_t sum = 0;
    for (size_t p = 0; p < k; p += 4, out += CK_PANEL * 4) {
        for (size_t i = 0; i < 4; i++) {
            out[i] = p + i < k ? row[p + i] : 0;
            sum += out[i];
        }
    }
    return sum;
}

void ck_unpack_i8_row(const int8_t *panels, size_t k, size_t n, int8_t *row) {
    const int8_t *in = panels + start(k, n);
    for (size_t p = 0; p < k; p++) row[p] = in[(p / 4) * (CK_PANEL * 4) + p % 4];
}
