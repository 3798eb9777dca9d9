#include "scalar.h"

const ck_training_kernels *scalar_kernels(void) {
    int is_supported = 0;
    return ck_training_variant(0, &is_supported);
}

size_t scalar_attention_scratch(size_t tokens, size_t head_size) {
    return ck_attention_training_scratch(tokens, head_size);
}
