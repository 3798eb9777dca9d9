#include "../../scalar.h"
#include "../kernels.h"

#include <math.h>
#include <string.h>

void ck_gelu_backward_f32_scalar(const float *z, float *da, float *a, size_t rows, size_t n,
                                 float *sums) {
    memset(sums, 0, n * sizeof(float));
    for (size_t r = 0; r < rows; r++, z += n, da += n, a += n) {
        for (size_t i = 0; i < n; i++) {
            double x = z[i], normal = 0.5 * (1 + erf(x * 0.70710678118654752440));
            double slope = normal + x * 0.39894228040143267794 * exp(-0.5 * x * x);
            a[i] = (float)(x * normal);
            da[i] = (float)(da[i] * slope);
            sums[i] += da[i];
        }
    }
}
