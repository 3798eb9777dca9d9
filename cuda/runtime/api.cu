// The table of the library, whose functions check the world outside and call what steps.h has.
#include "guard.h"
#include "steps.h"

namespace ajan {

std::string &error_text() {
    static thread_local std::string text;
    return text;
}

namespace {

const char *last_error() { return error_text().c_str(); }

int count_of_devices(uint32_t *count) {
    return guarded([&] { count_devices(count); });
}

int description_of_device(uint32_t device, ajan_cuda_device *description) {
    return guarded([&] { describe_device(device, description); });
}

// Zero for a shape that is not supported: making the model says why.
uint64_t bytes_of_model(const ajan_cuda_shape *shape, const ajan_cuda_options *options,
                        uint64_t tokens, uint64_t sequences) {
    uint64_t bytes = 0;
    guarded([&] {
        Shape own(shape);
        bytes = bytes_needed(own, Options(options, own), tokens, sequences);
    });
    return bytes;
}

int make_model(uint32_t device, const ajan_cuda_shape *shape, const ajan_cuda_options *options,
               const float *parameters, ajan_cuda_model **model) {
    return guarded([&] {
        if (!model) fail(AJAN_CUDA_UNSUPPORTED, "the place of the model is NULL");
        *model = nullptr;
        ajan_cuda_device description;
        describe_device(device, &description);
        check(cudaSetDevice(int(device)), "choosing the device");
        *model = new ajan_cuda_model{{device, shape, options, parameters}};
    });
}

void close_model(ajan_cuda_model *model) {
    if (!model) return;
    cudaSetDevice(int(model->model.device));
    // Nothing may be in flight that uses the memory; an error was reported before.
    Model &own = model->model;
    for (const DeviceStream *stream : {&own.uploads, &own.compute, &own.downloads}) {
        cudaStreamSynchronize(*stream);
    }
    cudaGetLastError();
    delete model;
}

int usage_of_model(const ajan_cuda_model *model, ajan_cuda_usage *usage) {
    return guarded([&] {
        if (!model || !usage) fail(AJAN_CUDA_UNSUPPORTED, "the model or its usage is NULL");
        const Model &own = model->model;
        *usage = {own.memory.used, own.memory.peak, own.launches};
    });
}

// A function of the table from one of steps.h.
template <auto function>
struct Entry;

template <typename... Arguments, void (*function)(Model &, Arguments...)>
struct Entry<function> {
    static int call(ajan_cuda_model *model, Arguments... arguments) {
        return guarded(model, [&](Model &own) { function(own, arguments...); });
    }
};

int id_of_communicator(uint8_t id[128]) {
    return guarded([&] { communicator_id(id); });
}

int peak_of_device(uint32_t device, uint32_t precision, uint32_t rounds, double *flops) {
    return guarded([&] { measure_peak(device, precision, rounds, flops); });
}

const ajan_cuda_api TABLE = {
    AJAN_CUDA_ABI,
    last_error,
    count_of_devices,
    description_of_device,
    bytes_of_model,
    make_model,
    close_model,
    usage_of_model,
    Entry<read_numbers>::call,
    Entry<write_numbers>::call,
    Entry<begin_vectors>::call,
    Entry<end_vectors>::call,
    Entry<begin_step>::call,
    Entry<accumulate>::call,
    Entry<forward>::call,
    Entry<backward>::call,
    Entry<finish_gradients>::call,
    Entry<widen_words>::call,
    Entry<apply>::call,
    id_of_communicator,
    Entry<join>::call,
    Entry<sum_gradients>::call,
    peak_of_device,
};

}  // namespace

const ajan_cuda_api *table() { return &TABLE; }

}  // namespace ajan

#if AJAN_IS_EMULATED
extern "C" const ajan_cuda_api *ajan_cuda_emulated_api(void) { return ajan::table(); }
#else
extern "C" __attribute__((visibility("default"))) const ajan_cuda_api *ajan_cuda_open_api(void) {
    return ajan::table();
}
#endif
