// A model on the device: its parameters, what learns, and the memory that batches pass through.
#pragma once
#include "activations.h"
#include "batch.h"
#include "products.h"
#include "../kernels/adamw.h"

#include <memory>

namespace ajan {

struct CloseEngine {
    void operator()(ProductEngine *engine) const { close_product_engine(engine); }
};

struct Communicator;
struct CloseCommunicator {
    void operator()(Communicator *communicator) const;
};

// Sentence vectors on their way back, for begin_vectors and end_vectors.
struct VectorSlot {
    DeviceMemory vectors;
    PinnedMemory pinned;
    DeviceEvent computed, ready;
    uint64_t count = 0;
    bool is_begun = false;
};

// What a step has done so far.
struct StepState {
    bool is_begun = false;
    // Words that have gradient rows, and batches whose losses are on the device.
    uint32_t word_count = 0, loss_count = 0;
    // Number of the step, from 2 on: rows of the word table with this stamp have a gradient.
    uint32_t stamp = 1;
};

struct Model {
    Model(uint32_t device, const ajan_cuda_shape *shape, const ajan_cuda_options *options,
          const float *parameters);

    const uint32_t device;
    const Shape shape;
    const Options options;
    uint64_t launches = 0;
    // Why it can only be closed; empty while all is well.
    std::string failure;

    // Declared before what is counted in it and what is used on them.
    MemoryCount memory;
    DeviceStream compute, uploads, downloads;

    // [parameter_count] in f32; in bf16 mode also [dense_count], rounded, for products.
    DeviceMemory parameters, rounded;
    // From first_moment on: a frozen word table has no moments.
    DeviceMemory first_moments, second_moments;
    uint64_t first_moment = 0;
    // [dense_count]; [vocabulary_size, H], of which only rows with the step's stamp mean something.
    DeviceMemory gradients, word_gradients;
    // [vocabulary_size]: see WordAdamW; the ids of the step's words.
    DeviceMemory stamps, step_ids;
    bool stamps_are_stale = false;
    DeviceMemory adamw_chunks;
    uint32_t adamw_chunk_count = 0;
    // f64: partial sums of squares; the squared norm and then the losses of the step.
    DeviceMemory squares, results;
    PinnedMemory pinned_results, pinned_ids;
    DeviceEvent ids_uploaded;
    std::vector<int32_t> host_ids;

    DeviceMemory workspace;
    std::unique_ptr<ProductEngine, CloseEngine> engine;
    std::unique_ptr<Communicator, CloseCommunicator> communicator;

    DeviceMemory arena;
    BatchSlot slots[2];
    uint32_t next_slot = 0;
    VectorSlot vector_slots[2];
    StepState step;
    // The batch whose forward pass lies in the arena; NULL when none does.
    const BatchSlot *trace = nullptr;

    // The slot for the next upload.
    BatchSlot &take_slot();
    // The arena, large enough for a batch; whatever lay in it is lost.
    void *reserve_arena(uint64_t tokens, uint64_t sequences, bool trains);
    // Rounds parameters [first, first + count) for products.
    void round_parameters(uint64_t first, uint64_t count);

  private:
    void allocate();
    void plan_adamw();
};

// Losses of batches that a step can hold.
constexpr uint32_t LOSSES_MAX = 1u << 16;

// What `Model` allocates for good.
uint64_t fixed_bytes(const Shape &shape, const Options &options);
// With that, what batches of at most so many tokens and sequences need.
uint64_t bytes_needed(const Shape &shape, const Options &options, uint64_t tokens,
                      uint64_t sequences);

}  // namespace ajan

struct ajan_cuda_model {
    ajan::Model model;
};
