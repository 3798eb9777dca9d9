// The scalar kernels of the processor, for C++.
#pragma once
#include "ck_training.h"

#ifdef __cplusplus
extern "C" {
#endif
const ck_training_kernels *scalar_kernels(void);
size_t scalar_attention_scratch(size_t tokens, size_t head_size);
#ifdef __cplusplus
}
#endif
