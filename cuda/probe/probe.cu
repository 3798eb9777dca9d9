// The device's kernels behind the table of ck_training.h: every entry uploads, runs, downloads. One
// set of tests then covers the processor's instruction sets and the device alike.
//
// Entries are NULL where the device has no such kernel by itself: it keeps what `affine` would
// compute again, and its products take rows, not packed blocks.
#include "probes.h"

namespace ajan {

namespace {

template <typename T>
const ck_training_kernels *table_of(const char *name) {
    static const ck_training_kernels table = [name] {
        ck_training_kernels own = {};
        own.name = name;
        own.product_rows = 1;
        own.product_f32 = probe_product<T>;
        own.dropout_f32 = probe_dropout<T>;
        own.norm_forward_f32 = probe_norm_forward<T>;
        own.norm_backward_f32 = probe_norm_backward<T>;
        own.gelu_backward_f32 = probe_gelu_backward<T>;
        own.attention_forward_f32 = probe_attention_forward<T>;
        own.attention_backward_f32 = probe_attention_backward<T>;
        own.adamw_f32 = probe_adamw;
        own.adamw_idle_f32 = probe_adamw_idle;
        return own;
    }();
    return &table;
}

}  // namespace

// Of this thread's device from now on; NULL when there is none.
const ck_training_kernels *probe_table(uint32_t device, uint32_t precision) {
    if (cudaSetDevice(int(device)) != cudaSuccess) {
        cudaGetLastError();
        return nullptr;
    }
    return precision == AJAN_CUDA_BF16 ? table_of<bf16>("cuda-bf16") : table_of<float>("cuda-f32");
}

}  // namespace ajan

#if AJAN_IS_EMULATED
extern "C" const ck_training_kernels *ajan_cuda_emulated_probe(uint32_t device,
                                                               uint32_t precision) {
    return ajan::probe_table(device, precision);
}
#else
extern "C" __attribute__((visibility("default"))) const ck_training_kernels *ajan_cuda_probe(
    uint32_t device, uint32_t precision) {
    return ajan::probe_table(device, precision);
}
#endif
