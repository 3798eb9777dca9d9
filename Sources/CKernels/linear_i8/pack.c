#include "ck_linear.h"

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
