// Contracts of the compute kernels. Every operation has a folder, every instruction set a file in
// it; `ck_dispatch.h` holds the table that picks the fastest variant once.
//
// Conventions: matrices are row-major; `ld*` is the distance between rows in elements; a length of
// 0 is allowed everywhere; no pointer needs more than the alignment of its type; outputs never
// overlap inputs unless a contract says so; a kernel never allocates: where it needs scratch, the
// caller passes it, 64-byte aligned, and a `..._scratch` function tells how much.
#ifndef CKERNELS_H
#define CKERNELS_H

#include "ck_attention.h"
#include "ck_convert.h"
#include "ck_dispatch.h"
#include "ck_linear.h"
#include "ck_rows.h"
#include "ck_system.h"
#include "ck_training.h"
#include "ck_vectors.h"

#endif
