// Elementary functions over the vocabulary; docs/NUMERICS.md states their bounds, and
// Tools/reference/fit_functions.py finds the coefficients.
#ifndef CK_FUNCTIONS_H
#define CK_FUNCTIONS_H

// Each step of a polynomial waits for the one before, and a core looks only a few vectors ahead. So
// the functions take `n` vectors, a constant of the caller, through every step side by side.
#define CK_EACH(i, n) CK_UNROLL for (size_t i = 0; i < (n); i++)

// Vectors that keep the multipliers busy.
enum { SIDE_BY_SIDE = 4 };

// p = the polynomial in x of these coefficients, that of the highest power first.
CK_INLINE void vf_polynomial(const vf *x, const size_t n, const float *coefficients,
                             const size_t count, vf *p) {
    CK_EACH(i, n) p[i] = vf_set(coefficients[0]);
    CK_EACH(c, count - 1) {
        CK_EACH(i, n) p[i] = vf_fma(p[i], x[i], vf_set(coefficients[c + 1]));
    }
}

// 2^x of a polynomial that is 2^f for f in -1/2...1/2.
CK_INLINE void vf_exp2_of(vf *x, const size_t n, const float *coefficients, const size_t count) {
    const vf magic = vf_set(0x1.8p23f);
    vf shifted[SIDE_BY_SIDE], p[SIDE_BY_SIDE];
    CK_EACH(i, n) x[i] = vf_max(vf_set(-127), x[i]);
    // Adding 1.5 * 2^23 rounds to an integer, and leaves it in the low bits.
    CK_EACH(i, n) shifted[i] = vf_add(x[i], magic);
    CK_EACH(i, n) x[i] = vf_sub(x[i], vf_sub(shifted[i], magic));
    vf_polynomial(x, n, coefficients, count, p);
    CK_EACH(i, n) x[i] = vf_bits(vi_add(vi_bits(p[i]), vi_exponent(vi_bits(shifted[i]))));
}

// Relative error below 2e-7 from x = 0 down to 2^-126, and 0 from x = -127 on. NaN stays NaN.
CK_INLINE void vf_exp2(vf *x, const size_t n) {
    static const float coefficients[] = {1.5353362e-4f, 1.3398874e-3f, 9.618437e-3f, 5.5503324e-2f,
                                         0.24022648f,   0.6931472f,    1.0f};
    vf_exp2_of(x, n, coefficients, 7);
}

// Relative error below 3e-6, for weights that become steps of 2^-14 of the largest.
CK_INLINE void vf_exp2_rounded(vf *x, const size_t n) {
    static const float coefficients[] = {9.582853e-3f, 5.5906426e-2f, 0.24024099f, 0.6931242f,
                                         1.0f};
    vf_exp2_of(x, n, coefficients, 5);
}

// x (1 + erf(x / sqrt 2)) / 2. The second factor is 1/2 + c h(c^2), c = x cut at `cut`, and h a
// polynomial in s = 2 c^2 / cut^2 - 1.
CK_INLINE void vf_gelu_of(vf *x, const size_t n, const float cut, const float *coefficients,
                          const size_t count) {
    vf c[SIDE_BY_SIDE], s[SIDE_BY_SIDE], h[SIDE_BY_SIDE];
    CK_EACH(i, n) c[i] = vf_max(vf_set(-cut), vf_min(vf_set(cut), x[i]));
    CK_EACH(i, n) s[i] = vf_fma(vf_mul(c[i], c[i]), vf_set(2 / (cut * cut)), vf_set(-1));
    vf_polynomial(s, n, coefficients, count, h);
    // Below the cut the second factor is nearly zero, not quite: there the first must stay small
    // too.
    CK_EACH(i, n) x[i] = vf_mul(vf_max(c[i], x[i]), vf_fma(c[i], h[i], vf_set(0.5f)));
}

// Within 2e-7 |x|.
CK_INLINE void vf_gelu(vf *x, const size_t n) {
    static const float coefficients[] = {
        2.0239348e-4f, -5.622919e-4f, 6.0074765e-4f, -9.785113e-4f, 2.6624582e-3f,
        -5.067373e-3f, 8.010079e-3f,  -1.2353357e-2f, 1.8133925e-2f, -2.476345e-2f,
        3.1962324e-2f, -3.9925396e-2f, 5.002611e-2f, -6.774381e-2f, 0.13594998f};
    vf_gelu_of(x, n, 5.2f, coefficients, 15);
}

// Within 6.5e-5 |x|.
CK_INLINE void vf_gelu_rounded(vf *x, const size_t n) {
    static const float coefficients[] = {5.192651e-3f, -1.3428446e-2f, 1.9871023e-2f,
                                         -3.298219e-2f, 5.5314317e-2f, -8.713942e-2f,
                                         0.1847487f};
    vf_gelu_of(x, n, 3.8f, coefficients, 7);
}

// tanh within 3e-7: (1 - e) / (1 + e) with e = exp(-2 |x|), and the sign of x.
CK_INLINE void vf_tanh(vf *x, const size_t n) {
    const vi sign = vi_set(INT32_MIN), rest = vi_set(INT32_MAX);
    vf e[SIDE_BY_SIDE];
    CK_EACH(i, n) {
        const vf magnitude = vf_bits(vi_and(vi_bits(x[i]), rest));
        e[i] = vf_mul(magnitude, vf_set(-2.88539008f));
    }
    vf_exp2(e, n);
    CK_EACH(i, n) {
        const vf t = vf_div(vf_sub(vf_set(1), e[i]), vf_add(vf_set(1), e[i]));
        x[i] = vf_bits(vi_add(vi_bits(t), vi_and(vi_bits(x[i]), sign)));
    }
}
#endif
