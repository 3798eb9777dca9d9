// Elementary functions over the vocabulary; docs/NUMERICS.md states their bounds, and
// Tools/reference/fit_functions.py finds the coefficients.
#ifndef CK_FUNCTIONS_H
#define CK_FUNCTIONS_H

// 2^x for x <= 0, relative error below 2e-7 down to 2^-126, and 0 from x = -127 on. NaN stays NaN.
CK_INLINE vf vf_exp2(vf x) {
    const vf magic = vf_set(0x1.8p23f);
    x = vf_max(vf_set(-127), x);
    // Adding 1.5 * 2^23 rounds to an integer, and leaves it in the low bits.
    vf shifted = vf_add(x, magic);
    vf f = vf_sub(x, vf_sub(shifted, magic));
    vf p = vf_fma(vf_set(1.5353362e-4f), f, vf_set(1.3398874e-3f));
    p = vf_fma(p, f, vf_set(9.618437e-3f));
    p = vf_fma(p, f, vf_set(5.5503324e-2f));
    p = vf_fma(p, f, vf_set(0.24022648f));
    p = vf_fma(p, f, vf_set(0.6931472f));
    p = vf_fma(p, f, vf_set(1.0f));
    return vf_bits(vi_add(vi_bits(p), vi_exponent(vi_bits(shifted))));
}

// x (1 + erf(x / sqrt 2)) / 2 within 2e-7 |x|. The second factor is 1/2 + c h(c^2), c = x cut at
// 5.2, and h a polynomial in s = 2 c^2 / 5.2^2 - 1.
CK_INLINE vf vf_gelu(vf x) {
    vf c = vf_max(vf_set(-5.2f), vf_min(vf_set(5.2f), x));
    vf s = vf_fma(vf_mul(c, c), vf_set(2 / (5.2f * 5.2f)), vf_set(-1));
    vf h = vf_fma(vf_set(2.0239348e-4f), s, vf_set(-5.622919e-4f));
    h = vf_fma(h, s, vf_set(6.0074765e-4f));
    h = vf_fma(h, s, vf_set(-9.785113e-4f));
    h = vf_fma(h, s, vf_set(2.6624582e-3f));
    h = vf_fma(h, s, vf_set(-5.067373e-3f));
    h = vf_fma(h, s, vf_set(8.010079e-3f));
    h = vf_fma(h, s, vf_set(-1.2353357e-2f));
    h = vf_fma(h, s, vf_set(1.8133925e-2f));
    h = vf_fma(h, s, vf_set(-2.476345e-2f));
    h = vf_fma(h, s, vf_set(3.1962324e-2f));
    h = vf_fma(h, s, vf_set(-3.9925396e-2f));
    h = vf_fma(h, s, vf_set(5.002611e-2f));
    h = vf_fma(h, s, vf_set(-6.774381e-2f));
    h = vf_fma(h, s, vf_set(0.13594998f));
    // Below the cut the second factor is nearly zero, not quite: there the first must stay small
    // too.
    return vf_mul(vf_max(c, x), vf_fma(c, h, vf_set(0.5f)));
}

// The same within 6.5e-5 |x|: cut at 3.8, and h of degree 6.
CK_INLINE vf vf_gelu_rounded(vf x) {
    vf c = vf_max(vf_set(-3.8f), vf_min(vf_set(3.8f), x));
    vf s = vf_fma(vf_mul(c, c), vf_set(2 / (3.8f * 3.8f)), vf_set(-1));
    vf h = vf_fma(vf_set(5.192651e-3f), s, vf_set(-1.3428446e-2f));
    h = vf_fma(h, s, vf_set(1.9871023e-2f));
    h = vf_fma(h, s, vf_set(-3.298219e-2f));
    h = vf_fma(h, s, vf_set(5.5314317e-2f));
    h = vf_fma(h, s, vf_set(-8.713942e-2f));
    h = vf_fma(h, s, vf_set(0.1847487f));
    return vf_mul(vf_max(c, x), vf_fma(c, h, vf_set(0.5f)));
}

// tanh within 3e-7: (1 - e) / (1 + e) with e = exp(-2 |x|), and the sign of x.
CK_INLINE vf vf_tanh(vf x) {
    const vi sign = vi_set(INT32_MIN), rest = vi_set(INT32_MAX);
    vf magnitude = vf_bits(vi_and(vi_bits(x), rest));
    vf e = vf_exp2(vf_mul(magnitude, vf_set(-2.88539008f)));
    vf t = vf_div(vf_sub(vf_set(1), e), vf_add(vf_set(1), e));
    return vf_bits(vi_add(vi_bits(t), vi_and(vi_bits(x), sign)));
}
#endif
