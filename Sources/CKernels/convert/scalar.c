#include "../kernels.h"
#include "../scalar.h"

#include <string.h>

static float from_bits(uint32_t bits) {
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static uint32_t to_bits(float value) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static float from_half(uint16_t half) {
    uint32_t sign = (uint32_t)(half & 0x8000) << 16, rest = half & 0x7fff;
    if (rest >= 0x7c00) return from_bits(sign | 0x7f800000 | (rest & 0x3ff) << 13);
    if (rest >= 0x0400) return from_bits(sign | ((rest << 13) + (112u << 23)));
    float magnitude = (float)rest * 0x1p-24f;
    return sign ? -magnitude : magnitude;
}

// `value` shifted right by `shift`, rounded to nearest, ties to even.
static uint32_t shift_rounded(uint32_t value, uint32_t shift) {
    uint32_t half = 1u << (shift - 1), kept = value >> shift, rest = value & ((half << 1) - 1);
    return kept + (rest > half || (rest == half && (kept & 1)));
}

static uint16_t to_half(float value) {
    uint32_t bits = to_bits(value), sign = bits >> 16 & 0x8000, rest = bits & 0x7fffffff;
    if (rest > 0x7f800000) return (uint16_t)(sign | 0x7e00 | (rest >> 13 & 0x3ff));
    if (rest >= 0x477ff000) return (uint16_t)(sign | 0x7c00);
    if (rest >= 0x38800000) return (uint16_t)(sign | shift_rounded(rest - (112u << 23), 13));
    uint32_t exponent = rest >> 23;
    if (exponent < 102) return (uint16_t)sign;
    return (uint16_t)(sign | shift_rounded((rest & 0x7fffff) | 0x800000, 126 - exponent));
}

static uint16_t to_bfloat(float value) {
    uint32_t bits = to_bits(value);
    if ((bits & 0x7fffffff) > 0x7f800000) return (uint16_t)(bits >> 16 | 0x40);
    return (uint16_t)((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

void ck_load_f32_scalar(const void *x, int format, float scale, float *y, size_t n) {
    const unsigned char *in = x;
    if (format == CK_F32) {
        memcpy(y, x, n * sizeof *y);
        return;
    }
    CK_PLAIN
    for (size_t i = 0; i < n; i++) {
        if (format == CK_I8) {
            y[i] = (float)(int8_t)in[i] * scale;
            continue;
        }
        uint16_t bits = (uint16_t)(in[2 * i] | in[2 * i + 1] << 8);
        y[i] = format == CK_F16 ? from_half(bits) : from_bits((uint32_t)bits << 16);
    }
}

void ck_store_f32_scalar(const float *x, void *y, int format, size_t n) {
    unsigned char *out = y;
    if (format == CK_F32) {
        memcpy(y, x, n * sizeof *x);
        return;
    }
    CK_PLAIN
    for (size_t i = 0; i < n; i++) {
        uint16_t bits = format == CK_F16 ? to_half(x[i]) : to_bfloat(x[i]);
        out[2 * i] = (unsigned char)bits;
        out[2 * i + 1] = (unsigned char)(bits >> 8);
    }
}
