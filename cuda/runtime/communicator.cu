// Sums over several devices by NCCL, which is opened when it is asked for.
#include "steps.h"

#include "../kernels/tables.h"

#include <dlfcn.h>
#include <string.h>

#include <algorithm>

namespace ajan {
namespace {

// The part of NCCL's interface that is used here, as its manual describes it.
struct UniqueID {
    char bytes[128];
};
constexpr int NCCL_SUCCESS = 0, NCCL_FLOAT32 = 7, NCCL_SUM = 0;

struct NCCL {
    int (*get_unique_id)(UniqueID *) = nullptr;
    int (*init_rank)(void **, int, UniqueID, int) = nullptr;
    int (*all_reduce)(const void *, void *, size_t, int, int, void *, cudaStream_t) = nullptr;
    int (*destroy)(void *) = nullptr;
    const char *(*error_string)(int) = nullptr;
    std::string problem;

    NCCL() {
        if (AJAN_IS_EMULATED) {
            problem = "NCCL has no emulation";
            return;
        }
        void *library = dlopen("libnccl.so.2", RTLD_NOW | RTLD_LOCAL);
        if (!library) {
            problem = std::string("NCCL cannot be opened: ") + dlerror();
            return;
        }
        find(library, "ncclGetUniqueId", get_unique_id);
        find(library, "ncclCommInitRank", init_rank);
        find(library, "ncclAllReduce", all_reduce);
        find(library, "ncclCommDestroy", destroy);
        find(library, "ncclGetErrorString", error_string);
    }

    template <typename Function>
    void find(void *library, const char *name, Function &function) {
        function = reinterpret_cast<Function>(dlsym(library, name));
        if (!function) problem = std::string("NCCL has no ") + name;
    }

    void check(int result, const char *what) const {
        if (result == NCCL_SUCCESS) return;
        fail(AJAN_CUDA_FAILED, std::string(what) + ": " + error_string(result));
    }
};

const NCCL &nccl() {
    static const NCCL library;
    if (!library.problem.empty()) fail(AJAN_CUDA_UNSUPPORTED, library.problem);
    return library;
}

}  // namespace

struct Communicator {
    void *handle = nullptr;

    ~Communicator() {
        if (handle) nccl().destroy(handle);
    }

    // In place.
    void sum(float *values, uint64_t count, cudaStream_t stream) const {
        if (count == 0) return;
        const NCCL &library = nccl();
        library.check(library.all_reduce(values, values, size_t(count), NCCL_FLOAT32, NCCL_SUM,
                                         handle, stream),
                      "adding up gradients");
    }
};

void CloseCommunicator::operator()(Communicator *communicator) const { delete communicator; }

void communicator_id(uint8_t id[128]) {
    if (!id) fail(AJAN_CUDA_UNSUPPORTED, "the id is NULL");
    UniqueID own;
    nccl().check(nccl().get_unique_id(&own), "making a communicator");
    memcpy(id, own.bytes, sizeof own.bytes);
}

void join(Model &model, const uint8_t id[128], uint32_t rank, uint32_t count) {
    if (!id || count == 0 || rank >= count) {
        fail(AJAN_CUDA_UNSUPPORTED, "rank " + std::to_string(rank) + " of " +
                                        std::to_string(count));
    }
    UniqueID own;
    memcpy(own.bytes, id, sizeof own.bytes);
    std::unique_ptr<Communicator, CloseCommunicator> made(new Communicator);
    nccl().check(nccl().init_rank(&made->handle, int(count), own, int(rank)),
                 "joining the other devices");
    model.communicator = std::move(made);
}

void sum_gradients(Model &model) {
    if (!model.communicator) fail(AJAN_CUDA_UNSUPPORTED, "the model has joined no others");
    if (!model.step.is_begun) fail(AJAN_CUDA_UNSUPPORTED, "no step has begun");
    const Communicator &all = *model.communicator;
    all.sum(model.gradients.as<float>(), model.shape.dense_count(), model.compute);
    // The rows of the step's words lie apart; all ranks have the same words.
    uint32_t width = model.shape.hidden_size;
    uint32_t rows_max = uint32_t(WORKSPACE_BYTES / (uint64_t(width) * sizeof(float)));
    float *piece = model.workspace.as<float>();
    for (uint32_t done = 0; done < model.step.word_count;) {
        uint32_t rows = std::min(rows_max, model.step.word_count - done);
        NamedRows named = {model.word_gradients.as<float>(),
                           model.step_ids.as<int32_t>() + done, rows, width};
        gather_rows(named, piece, model.compute);
        all.sum(piece, uint64_t(rows) * width, model.compute);
        scatter_rows(named, piece, model.compute);
        done += rows;
    }
}

}  // namespace ajan
