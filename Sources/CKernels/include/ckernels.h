// Contracts of the compute kernels. Every kernel has a scalar reference and one file per instruction
// set; a table picks the fastest variant once, at the first call.
//
// Conventions: matrices are row-major; `ld*` is the distance between rows in elements; n = 0 is
// allowed everywhere; outputs never overlap inputs unless a contract says so.
#ifndef CKERNELS_H
#define CKERNELS_H

#include <stddef.h>
#include <stdint.h>

#include "ck_linear.h"
#include "ck_attention.h"
#include "ck_elementwise.h"
#include "ck_system.h"

#endif
