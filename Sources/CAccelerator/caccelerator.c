#include "caccelerator.h"

#include <dlfcn.h>
#include <stdio.h>

const ajan_cuda_api *caccelerator_open(const char *path, char *problem, size_t size) {
    void *file = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!file) {
        const char *text = dlerror();
        snprintf(problem, size, "%s", text ? text : "it cannot be loaded");
        return NULL;
    }
    // The one name that a library of this kind exports.
    const ajan_cuda_api *(*open_api)(void) =
        (const ajan_cuda_api *(*)(void))dlsym(file, "ajan_cuda_open_api");
    const ajan_cuda_api *api = open_api ? open_api() : NULL;
    if (!api) {
        snprintf(problem, size, "it is no CUDA backend of ajan: ajan_cuda_open_api is missing");
        dlclose(file);
    }
    return api;
}

const void *caccelerator_probe(const char *path, uint32_t device, uint32_t precision) {
    void *file = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!file) return NULL;
    const void *(*probe)(uint32_t, uint32_t) =
        (const void *(*)(uint32_t, uint32_t))dlsym(file, "ajan_cuda_probe");
    return probe ? probe(device, precision) : NULL;
}
