// The CUDA backend on the processor: the same sources, for tests. See ../machine/launch.h.
#ifndef CUDA_EMULATION_H
#define CUDA_EMULATION_H
#include "ajan_cuda.h"
#include "ck_training.h"

#ifdef __cplusplus
extern "C" {
#endif

// As ajan_cuda_open_api of the library.
const ajan_cuda_api *ajan_cuda_emulated_api(void);

// As ajan_cuda_probe of the library: the kernels one by one, from host memory to host memory.
const ck_training_kernels *ajan_cuda_emulated_probe(uint32_t device, uint32_t precision);

// Seed of the order in which warps, blocks and the work of streams come, for this thread; 0 at
// first.
void ajan_cuda_emulated_order(uint64_t seed);

#ifdef __cplusplus
}
#endif
#endif
