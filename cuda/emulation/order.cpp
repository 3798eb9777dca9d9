#include "cuda_emulation.h"

#include "machine/streams.h"

void ajan_cuda_emulated_order(uint64_t seed) { emulation::set_seed_of_thread(seed); }
