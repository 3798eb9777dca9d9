// How the inputs of a token become bytes: q = round-to-even(x * factor) + zero in 0...255, and x is
// close to (q - zero) * step. 254 steps span the inputs and 0, which is a level itself, so that
// inputs of one sign (GELU's are, nearly) use all levels.
#ifndef CK_LEVELS_H
#define CK_LEVELS_H
#include <float.h>
#include <math.h>
#include <stdint.h>

// The factor is 0 where the inputs are zero for every purpose (step 0) or hold a NaN or an infinity
// (step NaN).
typedef struct {
    float factor, step;
    int32_t zero;
} levels;

// Levels from -below to above, neither of them negative. 255 is never exceeded: the two roundings
// add 1 at most, and the levels -below and above add up to 254.
static inline __attribute__((always_inline)) levels levels_between(float below, float above) {
    // Halved before they are added: no finite range overflows.
    const float half = above * 0.5f + below * 0.5f;
    if (!(half <= FLT_MAX)) return (levels){0, NAN, 0};
    // Below this the factor would overflow.
    if (half < 1e-30f) return (levels){0, 0, 0};
    const float factor = 127.0f / half;
    return (levels){factor, half / 127.0f, (int32_t)lrintf(below * factor)};
}
#endif
