// The C ABI of the CUDA backend: a whole student (encoder, pooling, Dense, normalisation) on one
// device, with its forward pass, backward pass and optimiser step.
//
// The library is opened at run time; its one exported symbol is `ajan_cuda_open_api`. Everything
// else is reached through the table that it returns. Pointers are host pointers, matrices are dense
// and row-major, parameters lie as in `ParameterLayout` (one flat f32 allocation), and what is
// random or scheduled (dropout keys, AdamW steps) is decided by the caller, so that a step on the
// device computes what a step on the processor computes.
//
// A model belongs to one thread at a time. Functions that return `int` return 0, or an error of
// `ajan_cuda_status` with its text in `last_error`; after an error a model can only be closed.
#ifndef AJAN_CUDA_H
#define AJAN_CUDA_H
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// Raised with every change of this file that an older program or library cannot live with.
enum { AJAN_CUDA_ABI = 1 };

typedef enum {
    AJAN_CUDA_OK = 0,
    // No driver, no device, or a device that is too old.
    AJAN_CUDA_NO_DEVICE = 1,
    AJAN_CUDA_OUT_OF_MEMORY = 2,
    // A shape or an argument that this library does not support.
    AJAN_CUDA_UNSUPPORTED = 3,
    // The driver, cuBLASLt or NCCL reported an error.
    AJAN_CUDA_FAILED = 4,
} ajan_cuda_status;

typedef struct {
    char name[128];
    // Compute capability: 80, 89, 90, ...
    uint32_t architecture;
    uint32_t multiprocessors;
    uint64_t total_bytes, free_bytes;
    // Versions as CUDA counts them: 12040 is 12.4.
    uint32_t driver_version, runtime_version;
    // Nonzero when the kernels run on the processor, for tests.
    uint32_t is_emulated;
} ajan_cuda_device;

// MARK: Shape of a model

typedef enum { AJAN_CUDA_F32 = 0, AJAN_CUDA_BF16 = 1 } ajan_cuda_precision;
typedef enum { AJAN_CUDA_POOL_MEAN = 0, AJAN_CUDA_POOL_CLS = 1 } ajan_cuda_pooling;
typedef enum { AJAN_CUDA_IDENTITY = 0, AJAN_CUDA_TANH = 1 } ajan_cuda_activation;

#define AJAN_CUDA_NONE UINT64_MAX

// `y = x W^T + b`; weight [output_size, input_size] and bias [output_size] as indices into the flat
// parameters, AJAN_CUDA_NONE where there is no bias.
typedef struct {
    uint64_t weight, bias;
    uint32_t output_size, input_size;
} ajan_cuda_linear;

typedef struct {
    uint64_t weight, bias;
} ajan_cuda_norm;

typedef struct {
    // Query, key and value below one another: output_size = 3 hidden_size.
    ajan_cuda_linear query_key_value, attention_output;
    ajan_cuda_norm attention_norm;
    ajan_cuda_linear intermediate, output;
    ajan_cuda_norm output_norm;
} ajan_cuda_layer;

// A run of parameters side by side that the optimiser treats alike.
typedef struct {
    uint64_t start, count;
    uint32_t decays;
} ajan_cuda_segment;

typedef struct {
    uint32_t hidden_size, intermediate_size, layer_count, head_count;
    uint32_t vocabulary_size, position_count, type_count;
    float norm_epsilon;
    // ajan_cuda_pooling; ajan_cuda_activation of the Dense layer; booleans.
    uint32_t pooling, has_dense, dense_activation, normalizes;
    // Numbers in the flat allocation; the word table begins it and ends before `dense_start`, from
    // where everything gets a gradient in each step.
    uint64_t parameter_count, dense_start;
    uint64_t positions, types;
    ajan_cuda_norm embedding_norm;
    // [layer_count]
    const ajan_cuda_layer *layers;
    ajan_cuda_linear dense;
} ajan_cuda_shape;

typedef struct {
    // ajan_cuda_precision of activations and of the factors of products; parameters, moments,
    // statistics and sums are f32 always.
    uint32_t precision;
    // Zero for a model that only gives vectors: no gradients, no moments.
    uint32_t trains;
    uint32_t freezes_embeddings, frozen_layers;
    // What the optimiser changes outside the word table, rising; [segment_count].
    const ajan_cuda_segment *segments;
    uint32_t segment_count;
} ajan_cuda_options;

// MARK: A batch

// Rows of a batch by the row of a table that they look up: group g holds the batch rows
// members[starts[g] .. starts[g + 1]), rising, and its sum belongs to row targets[g].
typedef struct {
    uint32_t count;
    // [count + 1], [starts[count]], [count]
    const uint32_t *starts, *members, *targets;
} ajan_cuda_groups;

// As in ck_dropout: of 65,536 values those below the threshold are dropped; 0 switches it off.
// Sites: 0 the embeddings; 3 l + 1 the probabilities of layer l, with the head in the upper 16
// bits; 3 l + 2 and 3 l + 3 what its two blocks add.
typedef struct {
    uint32_t hidden_threshold, attention_threshold;
    uint32_t key[2];
} ajan_cuda_dropout;

typedef struct {
    uint32_t token_count, sequence_count;
    // [token_count]
    const int32_t *word_ids, *position_ids;
    // [sequence_count + 1]: 0, n1, n1 + n2, ...
    const uint32_t *starts;
    // Number of the first sequence in the step, which keys dropout.
    uint32_t first_sequence;
    ajan_cuda_dropout dropout;
    // For training only. Targets of words count the rows of the step's word gradients, those of
    // positions the rows of the position table.
    ajan_cuda_groups words, positions;
} ajan_cuda_batch;

// Losses that the device computes itself: weighted, of whole vectors, against teacher vectors
// [sequence_count, dimensions]. The caller computes any other loss: forward, then backward.
typedef struct {
    float mean_squared_error, cosine;
    const float *teacher;
    // The batch's share of the step: multiplies loss and gradient.
    float share;
} ajan_cuda_objective;

// One AdamW step, as ck_adamw_step.
typedef struct {
    float decay;
    float one_minus_beta1, beta2, one_minus_beta2;
    float step_size, correction;
    float epsilon, gradient_scale;
} ajan_cuda_adamw;

typedef struct ajan_cuda_model ajan_cuda_model;

typedef enum {
    // [parameter_count] each: the parameters and their first and second moments.
    AJAN_CUDA_PARAMETERS = 0,
    AJAN_CUDA_FIRST_MOMENTS = 1,
    AJAN_CUDA_SECOND_MOMENTS = 2,
    // [parameter_count - dense_start]
    AJAN_CUDA_DENSE_GRADIENTS = 3,
    // [words of the step, hidden_size]
    AJAN_CUDA_WORD_GRADIENTS = 4,
} ajan_cuda_numbers;

typedef struct {
    uint64_t used_bytes, peak_bytes;
    // Kernels and products started since the model was made.
    uint64_t launches;
} ajan_cuda_usage;

// MARK: The table

typedef struct {
    uint32_t abi;
    // Text of the last error of this thread: one line, never NULL.
    const char *(*last_error)(void);

    int (*device_count)(uint32_t *count);
    int (*describe_device)(uint32_t device, ajan_cuda_device *description);
    // Bytes on the device for a model and batches of at most `tokens` tokens and `sequences`
    // sequences.
    uint64_t (*bytes_needed)(const ajan_cuda_shape *shape, const ajan_cuda_options *options,
                             uint64_t tokens, uint64_t sequences);

    // `parameters` [parameter_count]. Copies all that it is given. Moments are zero.
    int (*make_model)(uint32_t device, const ajan_cuda_shape *shape,
                      const ajan_cuda_options *options, const float *parameters,
                      ajan_cuda_model **model);
    void (*close_model)(ajan_cuda_model *model);
    int (*usage)(const ajan_cuda_model *model, ajan_cuda_usage *usage);

    // Numbers [first, first + count) of one allocation; waits for what is in flight.
    int (*read)(ajan_cuda_model *model, uint32_t numbers, uint64_t first, uint64_t count,
                float *values);
    int (*write)(ajan_cuda_model *model, uint32_t numbers, uint64_t first, uint64_t count,
                 const float *values);

    // Vectors without dropout, in two halves so that the device works while the caller prepares the
    // next batch. Slots 0 and 1; each is begun and ended in turn. `vectors` is [sequence_count,
    // dimensions]. The batch may be freed after `begin_vectors` returns.
    int (*begin_vectors)(ajan_cuda_model *model, const ajan_cuda_batch *batch, uint32_t slot);
    int (*end_vectors)(ajan_cuda_model *model, uint32_t slot, float *vectors);

    // Begins a step in which the words `ids` (rising) get gradients: all gradients zero, no losses.
    int (*begin_step)(ajan_cuda_model *model, const int32_t *ids, uint32_t count);
    // Forward, loss and backward of one batch of the step; returns before the device is done.
    int (*accumulate)(ajan_cuda_model *model, const ajan_cuda_batch *batch,
                      const ajan_cuda_objective *objective);
    // The same in two halves for losses of the caller: vectors out (waits), their gradient in.
    // The batch of `backward` is that of the last `forward`.
    int (*forward)(ajan_cuda_model *model, const ajan_cuda_batch *batch, float *vectors);
    int (*backward)(ajan_cuda_model *model, const ajan_cuda_batch *batch, const float *gradient);
    // Waits. `losses` gets the objective of every `accumulate` of the step, in order (`count` of
    // them), `squared_norm` the sum of squares of all gradients, in f64.
    int (*finish_gradients)(ajan_cuda_model *model, double *losses, uint32_t count,
                            double *squared_norm);
    // Gives the words `ids`, a rising superset of the step's, gradient rows; new ones zero.
    int (*widen_words)(ajan_cuda_model *model, const int32_t *ids, uint32_t count);
    // AdamW over all segments, and over the whole word table unless it is frozen: rows without a
    // gradient move by their moments and by decay, as in torch.optim.AdamW.
    int (*apply)(ajan_cuda_model *model, const ajan_cuda_adamw *decaying,
                 const ajan_cuda_adamw *plain, const ajan_cuda_adamw *words);

    // Sums of gradients over several devices, where NCCL can be opened; AJAN_CUDA_UNSUPPORTED
    // otherwise. `id` is made by one rank and given to all.
    int (*communicator_id)(uint8_t id[128]);
    int (*join)(ajan_cuda_model *model, const uint8_t id[128], uint32_t rank, uint32_t count);
    int (*sum_gradients)(ajan_cuda_model *model);

    // The bf16 (or f32) products per second that large square products reach, the best of `rounds`.
    int (*measure_peak)(uint32_t device, uint32_t precision, uint32_t rounds, double *flops);
} ajan_cuda_api;

// The table of this library; never NULL. Its `abi` comes first, so a caller can refuse another one.
const ajan_cuda_api *ajan_cuda_open_api(void);

#ifdef __cplusplus
}
#endif
#endif
