// The way into the library: an error becomes a status and one line of text of this thread.
#pragma once
#include "model.h"

#include <new>

namespace ajan {

// Text of the last error of this thread.
std::string &error_text();

// Runs body; its exceptions end here.
template <typename Body>
int guarded(Body body) {
    try {
        body();
        return AJAN_CUDA_OK;
    } catch (const Error &error) {
        error_text() = error.text;
        return error.status;
    } catch (const std::bad_alloc &) {
        error_text() = "the host is out of memory";
        return AJAN_CUDA_OUT_OF_MEMORY;
    } catch (const std::exception &error) {
        error_text() = error.what();
        return AJAN_CUDA_FAILED;
    }
}

// The same for a call on a model: on its device, counted, and with a model that failed left alone.
// What is not supported is found before anything is done, so the model stays as it was.
template <typename Body>
int guarded(ajan_cuda_model *handle, Body body) {
    if (!handle) {
        error_text() = "the model is NULL";
        return AJAN_CUDA_UNSUPPORTED;
    }
    Model &model = handle->model;
    int status = guarded([&] {
        if (!model.failure.empty()) {
            fail(AJAN_CUDA_FAILED, "the model can only be closed, because of an earlier error: " +
                                       model.failure);
        }
        check(cudaSetDevice(int(model.device)), "choosing the device");
        uint64_t before = launches_of_thread();
        body(model);
        model.launches += launches_of_thread() - before;
    });
    bool has_failed = status != AJAN_CUDA_OK && status != AJAN_CUDA_UNSUPPORTED;
    if (has_failed && model.failure.empty()) model.failure = error_text();
    return status;
}

}  // namespace ajan
