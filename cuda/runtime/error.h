// What goes wrong inside the library: thrown, and turned into a status and one line of text where
// the table of the library is entered (guard.h).
#pragma once
#include "../../Sources/CAccelerator/include/ajan_cuda.h"
#include "../device/platform.cuh"

#include <string>

namespace ajan {

struct Error {
    ajan_cuda_status status;
    std::string text;
};

[[noreturn]] void fail(ajan_cuda_status status, const std::string &text);

// Throws for anything but success; `what` is what was tried: "copying the batch".
void check(cudaError_t error, const char *what);

// After a launch: whether the device took it.
void check_launch(const char *kernel);

}  // namespace ajan
