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

// The largest magnitude of a weight or of the sum of a pair.
static float largest_of(const float *w, size_t k) {
    uint32_t most = 0;
    for (size_t p = 0; p + 2 <= k; p += 2) {
        const uint32_t a = magnitude(w[p]), b = magnitude(w[p + 1]), c = magnitude(w[p] + w[p + 1]);
        const uint32_t ab = a > b ? a : b, abc = ab > c ? ab : c;
        most = most > abc ? most : abc;
    }
    if (k % 2 && magnitude(w[k - 1]) > most) most = magnitude(w[k - 1]);
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
    const float factor = 127.0f / largest;
    // Rounds to even: the sum has no bits behind the point.
    const float rounder = 12582912;
    for (size_t p = 0; p < k; p++) q[p] = (int8_t)(int32_t)(w[p] * factor + rounder - rounder);
    return largest / 127.0f;
}

int ck_pairs_fit_i8(const int8_t *panels, size_t count) {
    // Products of a byte above 0 with weights of one sign add up, and 255 * 128 is below 2^15.
    int most = 0;
    for (size_t i = 0; i + 2 <= count; i += 2) {
        const int sum = panels[i] + panels[i + 1], size = sum < 0 ? -sum : sum;
        most = most > size ? most : size;
    }
    return most <= 128;
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
