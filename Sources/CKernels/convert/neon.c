#if defined(__aarch64__)
#include "../simd/neon.h"

CK_INLINE vf vf_load_half(const void *p) {
    return vcvt_f32_f16(vreinterpret_f16_u8(vld1_u8(p)));
}
CK_INLINE void vf_store_half(void *p, vf v) { vst1_u8(p, vreinterpret_u8_f16(vcvt_f16_f32(v))); }
CK_INLINE vi vi_load_words(const void *p) {
    return vreinterpretq_s32_u32(vmovl_u16(vreinterpret_u16_u8(vld1_u8(p))));
}
CK_INLINE void vi_store_words(void *p, vi v) {
    vst1_u8(p, vreinterpret_u8_u16(vmovn_u32(vreinterpretq_u32_s32(v))));
}
CK_INLINE vi vi_shift_up(vi v) { return vshlq_n_s32(v, 16); }
CK_INLINE vi vi_shift_down(vi v) {
    return vreinterpretq_s32_u32(vshrq_n_u32(vreinterpretq_u32_s32(v), 16));
}
CK_INLINE vi vi_or(vi a, vi b) { return vorrq_s32(a, b); }
CK_INLINE vi vi_where_nan(vf v, vi yes, vi no) { return vbslq_s32(vceqq_f32(v, v), no, yes); }

#include "convert.h"
#pragma clang attribute pop
#endif
