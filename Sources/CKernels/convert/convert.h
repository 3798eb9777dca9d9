// Number formats for every vector instruction set. The including file has defined
//   vf_load_half(p), vf_store_half(p, v)   VF f16 numbers at an address of any alignment,
//   vi_load_words(p), vi_store_words(p, v) VF unsigned 16-bit integers.
#include <string.h>

CK_INLINE vf load_vector(const unsigned char *x, int format, vf scale) {
    switch (format) {
    case CK_F16: return vf_load_half(x);
    case CK_BF16: return vf_bits(vi_shift_up(vi_load_words(x)));
    default: return vf_mul(vf_from_vi(vi_load_bytes((const int8_t *)x)), scale);
    }
}

CK_INLINE void store_vector(unsigned char *y, int format, vf v) {
    if (format == CK_F16) return vf_store_half(y, v);
    vi bits = vi_bits(v);
    vi odd = vi_and(vi_shift_down(bits), vi_set(1));
    vi rounded = vi_add(bits, vi_add(vi_set(0x7fff), odd));
    vi quiet = vi_or(bits, vi_set(0x400000));
    vi_store_words(y, vi_shift_down(vi_where_nan(v, quiet, rounded)));
}

void CK_NAME(load_f32)(const void *x, int format, float scale, float *y, size_t n) {
    if (format == CK_F32) {
        memcpy(y, x, n * sizeof *y);
        return;
    }
    const unsigned char *in = x;
    const size_t size = format == CK_I8 ? 1 : 2;
    size_t i = 0;
    for (; i + VF <= n; i += VF) vf_store(y + i, load_vector(in + i * size, format, vf_set(scale)));
    unsigned char rest[2 * VF] = {0};
    memcpy(rest, in + i * size, (n - i) * size);
    vf_store_n(y + i, load_vector(rest, format, vf_set(scale)), n - i);
}

void CK_NAME(store_f32)(const float *x, void *y, int format, size_t n) {
    if (format == CK_F32) {
        memcpy(y, x, n * sizeof *x);
        return;
    }
    unsigned char *out = y, rest[2 * VF];
    size_t i = 0;
    for (; i + VF <= n; i += VF) store_vector(out + 2 * i, format, vf_load(x + i));
    store_vector(rest, format, vf_load_n(x + i, n - i));
    memcpy(out + 2 * i, rest, 2 * (n - i));
}
