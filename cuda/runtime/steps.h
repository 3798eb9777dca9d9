// What the table of the library does with a model, call by call; see ajan_cuda.h.
#pragma once
#include "model.h"

namespace ajan {

void read_numbers(Model &model, uint32_t numbers, uint64_t first, uint64_t count, float *values);
void write_numbers(Model &model, uint32_t numbers, uint64_t first, uint64_t count,
                   const float *values);

void begin_vectors(Model &model, const ajan_cuda_batch *batch, uint32_t slot);
void end_vectors(Model &model, uint32_t slot, float *vectors);

void begin_step(Model &model, const int32_t *ids, uint32_t count);
void accumulate(Model &model, const ajan_cuda_batch *batch,
                const ajan_cuda_objective *objective);
void forward(Model &model, const ajan_cuda_batch *batch, float *vectors);
void backward(Model &model, const ajan_cuda_batch *batch, const float *gradient);
void finish_gradients(Model &model, double *losses, uint32_t count, double *squared_norm);
void widen_words(Model &model, const int32_t *ids, uint32_t count);
void apply(Model &model, const ajan_cuda_adamw *decaying, const ajan_cuda_adamw *plain,
           const ajan_cuda_adamw *words);

void communicator_id(uint8_t id[128]);
void join(Model &model, const uint8_t id[128], uint32_t rank, uint32_t count);
void sum_gradients(Model &model);

void count_devices(uint32_t *count);
void describe_device(uint32_t device, ajan_cuda_device *description);
void measure_peak(uint32_t device, uint32_t precision, uint32_t rounds, double *flops);

}  // namespace ajan
