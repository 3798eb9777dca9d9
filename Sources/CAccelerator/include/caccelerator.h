// Opens the CUDA backend. The library is looked for and loaded at run time, so that a program that
// uses no device neither has nor needs one.
#ifndef CACCELERATOR_H
#define CACCELERATOR_H
#include "ajan_cuda.h"

#include <stddef.h>

// The table of the library `path`: a path, or a bare name that the system's loader looks for. The
// library stays open. NULL when it cannot be used; `problem` then says why.
const ajan_cuda_api *caccelerator_open(const char *path, char *problem, size_t size);

// The kernels of the open library `path` one by one, from host memory to host memory: a table as in
// ck_training.h. NULL when the library has none.
const void *caccelerator_probe(const char *path, uint32_t device, uint32_t precision);
#endif
