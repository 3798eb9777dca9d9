#include "../kernels.h"

// The normal distribution function at x: absolute error below 2e-7 (Abramowitz and Stegun 7.1.26),
// and `density`, exp(-x^2 / 2).
CK_INLINE vf normal_of(vf x, vf *density) {
    vf size = __builtin_elementwise_abs(x);
    *density = exp_of(x * x * splat(-0.5f));
    vf t = splat(1.0f) / fma_vf(size, splat(0.3275911f * 0.70710678f), splat(1.0f));
    vf p = splat(1.061405429f);
    p = fma_vf(p, t, splat(-1.453152027f));
    p = fma_vf(p, t, splat(1.421413741f));
    p = fma_vf(p, t, splat(-0.284496736f));
    p = fma_vf(p, t, splat(0.254829592f));
    vf tail = p * t * *density * splat(0.5f);
    return choose((vi)(x > splat(0)), splat(1.0f) - tail, tail);
}

void CK_ISA(ck_gelu_backward_f32)(const float *z, float *da, float *a, size_t rows, size_t n,
                                  float *sums) {
    memset(sums, 0, n * sizeof(float));
    for (size_t r = 0; r < rows; r++, z += n, da += n, a += n) {
        for (size_t i = 0; i < n; i += CK_WIDTH) {
            size_t left = n - i;
            vf x = load_part(z + i, left), density;
            vf normal = normal_of(x, &density);
            vf slope = fma_vf(x * splat(0.39894228f), density, normal);
            vf dz = load_part(da + i, left) * slope;
            store_part(a + i, x * normal, left);
            store_part(da + i, dz, left);
            store_part(sums + i, dz + load_part(sums + i, left), left);
        }
    }
}
