// Vectors of CK_WIDTH numbers, whatever the instruction set, and the functions that kernels share.
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define CK_INLINE static inline __attribute__((always_inline, unused))

typedef float vf __attribute__((vector_size(CK_WIDTH * 4)));
typedef int32_t vi __attribute__((vector_size(CK_WIDTH * 4)));
typedef uint32_t vu __attribute__((vector_size(CK_WIDTH * 4)));
typedef uint64_t vw __attribute__((vector_size(CK_WIDTH * 8)));
// The same at any address.
typedef float vf_any __attribute__((vector_size(CK_WIDTH * 4), aligned(4)));

CK_INLINE vf splat(float x) { return x - (vf){}; }

CK_INLINE vf load(const float *p) { return *(const vf_any *)p; }

CK_INLINE void store(float *p, vf x) { *(vf_any *)p = x; }

// The first `left` numbers, zeros after them.
CK_INLINE vf load_part(const float *p, size_t left) {
    if (left >= CK_WIDTH) return load(p);
    vf x = {};
    memcpy(&x, p, left * sizeof(float));
    return x;
}

CK_INLINE void store_part(float *p, vf x, size_t left) {
    if (left >= CK_WIDTH) {
        store(p, x);
    } else {
        memcpy(p, &x, left * sizeof(float));
    }
}

CK_INLINE vf fma_vf(vf a, vf b, vf c) { return __builtin_elementwise_fma(a, b, c); }

CK_INLINE vf choose(vi mask, vf yes, vf no) {
    return (vf)(((vi)yes & mask) | ((vi)no & ~mask));
}

// Sum of the lanes, halves onto each other: one order on every instruction set of the same width.
CK_INLINE float sum_of(vf x) {
    float lane[CK_WIDTH];
    memcpy(lane, &x, sizeof lane);
    for (size_t half = CK_WIDTH / 2; half > 0; half /= 2) {
        for (size_t i = 0; i < half; i++) lane[i] += lane[i + half];
    }
    return lane[0];
}

CK_INLINE float max_of(vf x) {
    float lane[CK_WIDTH];
    memcpy(lane, &x, sizeof lane);
    for (size_t half = CK_WIDTH / 2; half > 0; half /= 2) {
        for (size_t i = 0; i < half; i++)
            lane[i] = lane[i] > lane[i + half] ? lane[i] : lane[i + half];
    }
    return lane[0];
}

// e^x for x <= 88, within 2 units in the last place; below -87 the result is about 1e-38.
CK_INLINE vf exp_of(vf x) {
    x = __builtin_elementwise_max(x, splat(-87.0f));
    // Adding 1.5 * 2^23 rounds to an integer, which then stands in the low bits.
    vf shifted = fma_vf(x, splat(1.44269504f), splat(12582912.0f));
    vf n = shifted - splat(12582912.0f);
    vf r = fma_vf(n, splat(-0.693145751953125f), x);
    r = fma_vf(n, splat(-1.42860682030941723e-6f), r);
    vf p = splat(1.0f / 5040);
    p = fma_vf(p, r, splat(1.0f / 720));
    p = fma_vf(p, r, splat(1.0f / 120));
    p = fma_vf(p, r, splat(1.0f / 24));
    p = fma_vf(p, r, splat(1.0f / 6));
    p = fma_vf(p, r, splat(0.5f));
    p = fma_vf(p, r, splat(1.0f));
    p = fma_vf(p, r, splat(1.0f));
    return (vf)((vi)p + ((vi)shifted << 23));
}
