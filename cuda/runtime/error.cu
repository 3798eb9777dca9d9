#include "error.h"

namespace ajan {

void fail(ajan_cuda_status status, const std::string &text) { throw Error{status, text}; }

void check(cudaError_t error, const char *what) {
    if (error == cudaSuccess) return;
    // Also forgets it, so that it is not reported for what is done next.
    cudaGetLastError();
    std::string text = std::string(what) + ": " + cudaGetErrorString(error);
    fail(error == cudaErrorMemoryAllocation ? AJAN_CUDA_OUT_OF_MEMORY : AJAN_CUDA_FAILED, text);
}

void check_launch(const char *kernel) { check(cudaPeekAtLastError(), kernel); }

}  // namespace ajan
