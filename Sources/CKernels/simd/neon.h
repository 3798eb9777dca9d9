// The vocabulary of NEON, which every aarch64 processor has: 4 floats.
//
// Opens a target region that the including file closes with `#pragma clang attribute pop`.
#ifndef CK_SIMD_H
#define CK_SIMD_H
#include "../kernels.h"

#include <arm_neon.h>

#define CK_INLINE static inline __attribute__((always_inline))
#define CK_UNROLL _Pragma("clang loop unroll(full)")
#ifndef CK_NAME
#define CK_NAME(operation) ck_##operation##_neon
#define CK_TARGET "simd"
#endif

#pragma clang attribute push(__attribute__((target(CK_TARGET))), apply_to = function)

typedef float32x4_t vf;
typedef int32x4_t vi;
// Lanes of a vector, and the block of rows by panels whose 24 sums stay in registers.
enum { VF = 4, TILE_ROWS = 6, TILE_PANELS = 2 };
CK_INLINE size_t tile_panels(size_t rows) { return rows > 3 ? 1 : 2; }
#define CK_TILES CK_TILES_6_BY_1

CK_INLINE vf vf_load(const float *p) { return vld1q_f32(p); }
CK_INLINE void vf_store(float *p, vf v) { vst1q_f32(p, v); }
// The first n lanes; the others read as zero and are not written.
CK_INLINE vf vf_load_n(const float *p, size_t n) {
    if (n >= VF) return vf_load(p);
    float rest[VF] = {0};
    for (size_t i = 0; i < n; i++) rest[i] = p[i];
    return vf_load(rest);
}
CK_INLINE void vf_store_n(float *p, vf v, size_t n) {
    if (n >= VF) return vf_store(p, v);
    float rest[VF];
    vf_store(rest, v);
    for (size_t i = 0; i < n; i++) p[i] = rest[i];
}
// `v` with `other` in the lanes from n on.
CK_INLINE vf vf_keep_n(vf v, vf other, size_t n) {
    static const uint32_t lane[VF] = {0, 1, 2, 3};
    uint32x4_t kept = vcltq_u32(vld1q_u32(lane), vdupq_n_u32(n < VF ? (uint32_t)n : VF));
    return vbslq_f32(kept, v, other);
}
CK_INLINE vf vf_set(float x) { return vdupq_n_f32(x); }
CK_INLINE vf vf_add(vf a, vf b) { return vaddq_f32(a, b); }
CK_INLINE vf vf_sub(vf a, vf b) { return vsubq_f32(a, b); }
CK_INLINE vf vf_mul(vf a, vf b) { return vmulq_f32(a, b); }
CK_INLINE vf vf_div(vf a, vf b) { return vdivq_f32(a, b); }
// a b + c
CK_INLINE vf vf_fma(vf a, vf b, vf c) { return vfmaq_f32(c, a, b); }
// The second operand wins when either is NaN.
CK_INLINE vf vf_min(vf a, vf b) { return vbslq_f32(vcltq_f32(a, b), a, b); }
CK_INLINE vf vf_max(vf a, vf b) { return vbslq_f32(vcgtq_f32(a, b), a, b); }
CK_INLINE float vf_sum(vf v) { return vaddvq_f32(v); }

CK_INLINE vi vi_bits(vf v) { return vreinterpretq_s32_f32(v); }
CK_INLINE vf vf_bits(vi v) { return vreinterpretq_f32_s32(v); }
CK_INLINE vf vf_from_vi(vi v) { return vcvtq_f32_s32(v); }
CK_INLINE vi vi_round(vf v) { return vcvtnq_s32_f32(v); }
CK_INLINE vi vi_load(const int32_t *p) { return vreinterpretq_s32_u8(vld1q_u8((const void *)p)); }
CK_INLINE vi vi_set(int32_t x) { return vdupq_n_s32(x); }
CK_INLINE vi vi_add(vi a, vi b) { return vaddq_s32(a, b); }
CK_INLINE vi vi_and(vi a, vi b) { return vandq_s32(a, b); }
CK_INLINE vi vi_xor(vi a, vi b) { return veorq_s32(a, b); }
CK_INLINE vi vi_mul(vi a, vi b) { return vmulq_s32(a, b); }
CK_INLINE vi vi_max(vi a, vi b) { return vmaxq_s32(a, b); }
CK_INLINE vi vi_max_unsigned(vi a, vi b) {
    return vreinterpretq_s32_u32(vmaxq_u32(vreinterpretq_u32_s32(a), vreinterpretq_u32_s32(b)));
}
CK_INLINE vi vi_exponent(vi v) { return vshlq_n_s32(v, 23); }
// Of multiples of 128.
CK_INLINE vi vi_over_128(vi v) { return vshrq_n_s32(v, 7); }
CK_INLINE int32_t vi_largest(vi v) { return vmaxvq_s32(v); }
CK_INLINE int32_t vi_sum(vi v) { return vaddvq_s32(v); }

// The low byte of each integer.
CK_INLINE void vi_store_low_bytes(int8_t *p, vi v) {
    int16x4_t words = vmovn_s32(v);
    int8x8_t bytes = vmovn_s16(vcombine_s16(words, words));
    vst1_lane_s32((void *)p, vreinterpret_s32_s8(bytes), 0);
}
CK_INLINE vi vi_load_bytes(const int8_t *p) {
    int32_t bytes;
    __builtin_memcpy(&bytes, p, sizeof bytes);
    return vmovl_s16(vget_low_s16(vmovl_s8(vreinterpret_s8_s32(vdup_n_s32(bytes)))));
}

#ifndef CK_DOT
// sum + the dot products of four signed bytes in each lane, two of which fit 16 bits unless both
// factors are -128; unsigned bytes become signed by INPUT_BIAS.
enum { INPUT_BIAS = -128, READS_AGAIN = 0 };
CK_INLINE vi vi_dot4(vi sum, vi x, vi w) {
    int8x16_t a = vreinterpretq_s8_s32(x), b = vreinterpretq_s8_s32(w);
    int16x8_t low = vmull_s8(vget_low_s8(a), vget_low_s8(b)), high = vmull_high_s8(a, b);
    return vpadalq_s16(sum, vpaddq_s16(low, high));
}
#endif
#endif
