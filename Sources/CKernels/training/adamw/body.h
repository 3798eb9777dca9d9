#include "../kernels.h"

#include <immintrin.h>

// Flush-to-zero and denormals-are-zero: moments that fade away would otherwise cost a hundred times
// their price.
enum { FLUSH = 0x8040 };

// One step on the numbers of one vector.
CK_INLINE void step_of(vf *p, vf *m, vf *v, vf g, const ck_adamw_step *s) {
    *p *= splat(s->decay);
    *m = fma_vf(splat(s->one_minus_beta1), g - *m, *m);
    *v = *v * splat(s->beta2) + splat(s->one_minus_beta2) * g * g;
    vf divisor = __builtin_elementwise_sqrt(*v) / splat(s->correction) + splat(s->epsilon);
    *p -= splat(s->step_size) * *m / divisor;
}

void CK_ISA(ck_adamw_f32)(float *p, float *m, float *v, const float *g, size_t n,
                          const ck_adamw_step *step) {
    unsigned before = _mm_getcsr();
    _mm_setcsr(before | FLUSH);
    for (size_t i = 0; i < n; i += CK_WIDTH) {
        size_t left = n - i;
        vf pp = load_part(p + i, left), mm = load_part(m + i, left), vv = load_part(v + i, left);
        step_of(&pp, &mm, &vv, load_part(g + i, left) * splat(step->gradient_scale), step);
        store_part(p + i, pp, left);
        store_part(m + i, mm, left);
        store_part(v + i, vv, left);
    }
    _mm_setcsr(before);
}

static void decay(float *p, size_t n, const ck_adamw_step *steps, size_t count) {
    for (size_t i = 0; i < n; i += CK_WIDTH) {
        vf pp = load_part(p + i, n - i);
        for (size_t t = 0; t < count; t++) pp *= splat(steps[t].decay);
        store_part(p + i, pp, n - i);
    }
}

void CK_ISA(ck_adamw_idle_f32)(float *p, float *m, float *v, size_t n, const ck_adamw_step *steps,
                               size_t count) {
    if (!m) {
        decay(p, n, steps, count);
        return;
    }
    unsigned before = _mm_getcsr();
    _mm_setcsr(before | FLUSH);
    for (size_t i = 0; i < n; i += CK_WIDTH) {
        size_t left = n - i;
        vf pp = load_part(p + i, left), mm = load_part(m + i, left), vv = load_part(v + i, left);
        vi zero = (vi)(mm == splat(0));
        int moves = 0;
        for (size_t j = 0; j < CK_WIDTH; j++) moves |= !zero[j];
        for (size_t t = 0; t < count; t++) {
            if (moves) {
                step_of(&pp, &mm, &vv, splat(0), steps + t);
            } else {
                pp *= splat(steps[t].decay);
                vv *= splat(steps[t].beta2);
            }
        }
        store_part(p + i, pp, left);
        store_part(m + i, mm, left);
        store_part(v + i, vv, left);
    }
    _mm_setcsr(before);
}
