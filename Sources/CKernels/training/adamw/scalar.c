#include "../../scalar.h"
#include "../kernels.h"

#include <math.h>

static void step_of(float *p, float *m, float *v, float g, const ck_adamw_step *s) {
    *p *= s->decay;
    *m += s->one_minus_beta1 * (g - *m);
    *v = *v * s->beta2 + s->one_minus_beta2 * g * g;
    *p -= s->step_size * *m / (sqrtf(*v) / s->correction + s->epsilon);
}

void ck_adamw_f32_scalar(float *p, float *m, float *v, const float *g, size_t n,
                         const ck_adamw_step *step) {
    CK_PLAIN
    for (size_t i = 0; i < n; i++) {
        step_of(p + i, m + i, v + i, g[i] * step->gradient_scale, step);
    }
}

void ck_adamw_idle_f32_scalar(float *p, float *m, float *v, size_t n, const ck_adamw_step *steps,
                              size_t count) {
    for (size_t i = 0; i < n; i++) {
        for (size_t t = 0; t < count; t++) {
            if (m) {
                step_of(p + i, m + i, v + i, 0, steps + t);
            } else {
                p[i] *= steps[t].decay;
            }
        }
    }
}
