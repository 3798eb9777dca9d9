// Vectors of CK_WIDTH numbers, whatever the instruction set, and the functions that kernels share.
#include <immintrin.h>
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

// The first `left` numbers, zeros after them; nothing else is touched.
#if CK_WIDTH == 16
CK_INLINE vf load_part(const float *p, size_t left) {
    if (left >= CK_WIDTH) return load(p);
    return (vf)_mm512_maskz_loadu_ps((__mmask16)((1u << left) - 1), p);
}

CK_INLINE void store_part(float *p, vf x, size_t left) {
    if (left >= CK_WIDTH) return store(p, x);
    _mm512_mask_storeu_ps(p, (__mmask16)((1u << left) - 1), (__m512)x);
}
#else
CK_INLINE __m256i first_lanes(size_t left) {
    const vi lane = {0, 1, 2, 3, 4, 5, 6, 7};
    return (__m256i)(lane < (vi){} + (int32_t)left);
}

CK_INLINE vf load_part(const float *p, size_t left) {
    if (left >= CK_WIDTH) return load(p);
    return (vf)_mm256_maskload_ps(p, first_lanes(left));
}

CK_INLINE void store_part(float *p, vf x, size_t left) {
    if (left >= CK_WIDTH) return store(p, x);
    _mm256_maskstore_ps(p, first_lanes(left), (__m256)x);
}
#endif

CK_INLINE vf fma_vf(vf a, vf b, vf c) { return __builtin_elementwise_fma(a, b, c); }

CK_INLINE vf choose(vi mask, vf yes, vf no) {
    return (vf)(((vi)yes & mask) | ((vi)no & ~mask));
}

// Sum and maximum of the lanes, halves onto each other.
#if CK_WIDTH == 16
CK_INLINE float sum_of(vf x) { return _mm512_reduce_add_ps((__m512)x); }
CK_INLINE float max_of(vf x) { return _mm512_reduce_max_ps((__m512)x); }
#else
typedef float vh __attribute__((vector_size(16)));

CK_INLINE float sum_of(vf x) {
    vh y = __builtin_shufflevector(x, x, 0, 1, 2, 3) + __builtin_shufflevector(x, x, 4, 5, 6, 7);
    y += __builtin_shufflevector(y, y, 2, 3, 2, 3);
    return y[0] + y[1];
}

CK_INLINE float max_of(vf x) {
    vh y = __builtin_elementwise_max(__builtin_shufflevector(x, x, 0, 1, 2, 3),
                                     __builtin_shufflevector(x, x, 4, 5, 6, 7));
    y = __builtin_elementwise_max(y, __builtin_shufflevector(y, y, 2, 3, 2, 3));
    return y[0] > y[1] ? y[0] : y[1];
}
#endif

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
