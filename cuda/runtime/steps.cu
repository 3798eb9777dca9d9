// Steps of the training engine, and vectors.
#include "steps.h"

#include "../kernels/tables.h"
#include "network.h"

#include <string.h>

namespace ajan {
namespace {

void require(bool holds, const char *text) {
    if (!holds) fail(AJAN_CUDA_UNSUPPORTED, text);
}

template <typename T>
struct Type {
    using type = T;
};

// Calls body with the type of the model's activations.
template <typename Body>
void with_type(const Model &model, Body body) {
    if (model.options.is_bf16) {
        body(Type<bf16>());
    } else {
        body(Type<float>());
    }
}

// The ids of the words that have gradients lie rising in the vocabulary.
void check_ids(const Model &model, const int32_t *ids, uint32_t count) {
    require(ids != nullptr || count == 0, "the word ids are NULL");
    for (uint32_t i = 0; i < count; i++) {
        bool is_rising = i == 0 ? ids[i] >= 0 : ids[i] > ids[i - 1];
        require(is_rising && uint32_t(ids[i]) < model.shape.vocabulary_size,
                "word ids do not rise within the vocabulary");
    }
}

// Gives these words gradient rows, zero for those that had none in this step.
void upload_ids(Model &model, const int32_t *ids, uint32_t count) {
    model.step.word_count = count;
    if (count == 0) return;
    uint64_t bytes = uint64_t(count) * sizeof *ids;
    model.ids_uploaded.wait();
    model.pinned_ids.reserve(bytes, "pinned memory for word ids");
    memcpy(model.pinned_ids.as<int32_t>(), ids, bytes);
    check(cudaMemcpyAsync(model.step_ids.as<int32_t>(), model.pinned_ids.as<int32_t>(), bytes,
                          cudaMemcpyHostToDevice, model.compute),
          "uploading word ids");
    model.ids_uploaded.record(model.compute);
    NamedRows rows = {model.word_gradients.as<float>(), model.step_ids.as<int32_t>(), count,
                      model.shape.hidden_size};
    clear_rows(rows, model.stamps.as<uint32_t>(), model.step.stamp, model.compute);
}

// Uploads a batch of a step, and checks it first.
BatchSlot &take_batch(Model &model, BatchSlot::Content content) {
    require(model.options.trains, "the model was not made for training");
    require(model.step.is_begun, "no step has begun");
    check_batch(content.batch, model.shape);
    check_sequences(*content.batch);
    content.has_groups = content.has_groups && model.options.trains_words();
    if (content.has_groups) {
        check_targets(*content.batch, model.shape, model.step.word_count);
    }
    BatchSlot &slot = model.take_slot();
    slot.upload(content, model.shape, model.memory, model.uploads, model.compute);
    return slot;
}

template <typename T>
void add_loss(Model &model, const BatchSlot &slot, const ajan_cuda_objective &objective,
              const Activations<T> &rows) {
    Loss loss = {};
    loss.vectors = rows.vectors, loss.teacher = slot.targets.rows;
    loss.mean_squared_error = objective.mean_squared_error, loss.cosine = objective.cosine;
    loss.share = objective.share;
    loss.gradient = rows.vector_gradient, loss.row_losses = rows.row_losses;
    loss.rows = slot.batch.sequence_count, loss.n = model.shape.dimensions();
    loss_gradient(loss, model.compute);
    double *to = model.results.as<double>() + 1 + model.step.loss_count;
    sum_f64(rows.row_losses, slot.batch.sequence_count, to, model.compute);
}

}  // namespace

void begin_vectors(Model &model, const ajan_cuda_batch *batch, uint32_t index) {
    require(index < 2, "there are slots 0 and 1");
    VectorSlot &own = model.vector_slots[index];
    require(!own.is_begun, "the slot has vectors that nobody asked for");
    check_batch(batch, model.shape);
    own.count = uint64_t(batch->sequence_count) * model.shape.dimensions();
    uint64_t bytes = own.count * sizeof(float);
    if (bytes > own.vectors.bytes()) own.vectors.allocate(model.memory, bytes, "vectors");
    own.pinned.reserve(bytes, "pinned memory for vectors");
    BatchSlot &slot = model.take_slot();
    slot.upload({batch, true, false, nullptr}, model.shape, model.memory, model.uploads,
                model.compute);
    model.reserve_arena(batch->token_count, batch->sequence_count, false);
    with_type(model, [&](auto type) {
        using T = typename decltype(type)::type;
        Network<T>(model, slot.batch, false).forward(own.vectors.as<float>());
    });
    slot.keep_until_here(model.compute);
    own.computed.record(model.compute);
    own.computed.hold(model.downloads);
    if (bytes > 0) {
        check(cudaMemcpyAsync(own.pinned.as<float>(), own.vectors.as<float>(), bytes,
                              cudaMemcpyDeviceToHost, model.downloads),
              "downloading vectors");
    }
    own.ready.record(model.downloads);
    own.is_begun = true;
}

void end_vectors(Model &model, uint32_t index, float *vectors) {
    require(index < 2 && model.vector_slots[index].is_begun, "the slot has no vectors");
    VectorSlot &own = model.vector_slots[index];
    require(vectors != nullptr || own.count == 0, "the vectors are NULL");
    own.ready.wait();
    own.is_begun = false;
    if (own.count > 0) memcpy(vectors, own.pinned.as<float>(), own.count * sizeof(float));
}

void begin_step(Model &model, const int32_t *ids, uint32_t count) {
    require(model.options.trains, "the model was not made for training");
    if (model.options.trains_words()) check_ids(model, ids, count);
    model.step.stamp++;
    model.step.loss_count = 0;
    model.step.word_count = 0;
    model.trace = nullptr;
    check(cudaMemsetAsync(model.gradients.as<char>(), 0, model.gradients.bytes(), model.compute),
          "clearing gradients");
    if (model.options.trains_words()) upload_ids(model, ids, count);
    model.step.is_begun = true;
}

void widen_words(Model &model, const int32_t *ids, uint32_t count) {
    require(model.step.is_begun, "no step has begun");
    if (!model.options.trains_words()) return;
    check_ids(model, ids, count);
    require(count >= model.step.word_count, "the wider word ids are fewer");
    // Rows lie where the word lies in the vocabulary, so those that have gradients stay.
    upload_ids(model, ids, count);
}

void accumulate(Model &model, const ajan_cuda_batch *batch,
                const ajan_cuda_objective *objective) {
    require(objective != nullptr && objective->teacher != nullptr, "the teacher is NULL");
    require(model.step.loss_count < LOSSES_MAX, "more than 65,536 batches in a step");
    BatchSlot &slot = take_batch(model, {batch, true, true, objective->teacher});
    model.reserve_arena(batch->token_count, batch->sequence_count, true);
    with_type(model, [&](auto type) {
        using T = typename decltype(type)::type;
        Network<T> network(model, slot.batch, true);
        if (batch->token_count > 0) network.forward(nullptr);
        add_loss(model, slot, *objective, network.rows);
        if (batch->token_count == 0) return;
        network.backward(network.rows.vector_gradient, slot.targets);
    });
    slot.keep_until_here(model.compute);
    model.step.loss_count++;
}

void forward(Model &model, const ajan_cuda_batch *batch, float *vectors) {
    require(vectors != nullptr, "the vectors are NULL");
    BatchSlot &slot = take_batch(model, {batch, true, false, nullptr});
    model.reserve_arena(batch->token_count, batch->sequence_count, true);
    uint64_t bytes = uint64_t(batch->sequence_count) * model.shape.dimensions() * sizeof(float);
    with_type(model, [&](auto type) {
        using T = typename decltype(type)::type;
        Network<T> network(model, slot.batch, true);
        network.forward(nullptr);
        if (bytes == 0) return;
        check(cudaMemcpyAsync(vectors, network.rows.vectors, bytes, cudaMemcpyDeviceToHost,
                              model.compute),
              "downloading vectors");
    });
    slot.keep_until_here(model.compute);
    model.compute.wait();
    model.trace = &slot;
}

void backward(Model &model, const ajan_cuda_batch *batch, const float *gradient) {
    require(model.trace != nullptr, "no batch went forward that could go back");
    require(gradient != nullptr, "the gradient is NULL");
    require(batch != nullptr, "the batch is NULL");
    const BatchSlot &first = *model.trace;
    require(batch->token_count == first.batch.token_count &&
                batch->sequence_count == first.batch.sequence_count,
            "another batch than the one that went forward");
    BatchSlot &slot = take_batch(model, {batch, false, true, gradient});
    with_type(model, [&](auto type) {
        using T = typename decltype(type)::type;
        Network<T> network(model, first.batch, true);
        if (batch->token_count > 0) network.backward(slot.targets.rows, slot.targets);
    });
    model.slots[0].keep_until_here(model.compute);
    model.slots[1].keep_until_here(model.compute);
    model.trace = nullptr;
}

void finish_gradients(Model &model, double *losses, uint32_t count, double *squared_norm) {
    require(model.step.is_begun, "no step has begun");
    require(count <= model.step.loss_count, "more losses than batches");
    require(squared_norm && (losses || count == 0), "a result is NULL");
    SquareSums sums = {};
    sums.dense = model.gradients.as<float>(), sums.dense_count = model.shape.dense_count();
    sums.rows = {model.word_gradients.as<float>(), model.step_ids.as<int32_t>(),
                 model.step.word_count, model.shape.hidden_size};
    sums.partials = model.squares.as<double>(), sums.to = model.results.as<double>();
    sum_squares(sums, model.compute);
    uint64_t bytes = (uint64_t(count) + 1) * sizeof(double);
    model.pinned_results.reserve(bytes, "pinned memory for losses");
    double *results = model.pinned_results.as<double>();
    check(cudaMemcpyAsync(results, model.results.as<double>(), bytes, cudaMemcpyDeviceToHost,
                          model.compute),
          "downloading losses");
    model.compute.wait();
    *squared_norm = results[0];
    if (count > 0) memcpy(losses, results + 1, count * sizeof(double));
}

void apply(Model &model, const ajan_cuda_adamw *decaying, const ajan_cuda_adamw *plain,
           const ajan_cuda_adamw *words) {
    require(model.step.is_begun, "no step has begun");
    bool has_words = model.options.trains_words();
    require(decaying && plain && (words || !has_words), "a step of the optimiser is NULL");
    uint64_t skipped = model.shape.dense_start - model.first_moment;
    DenseAdamW dense = {};
    dense.chunks = model.adamw_chunks.as<AdamWChunk>();
    dense.chunk_count = model.adamw_chunk_count;
    dense.parameters = model.parameters.as<float>() + model.shape.dense_start;
    dense.first = model.first_moments.as<float>() + skipped;
    dense.second = model.second_moments.as<float>() + skipped;
    dense.gradients = model.gradients.as<float>();
    dense.rounded = model.rounded.as<bf16>();
    dense.decaying = *decaying, dense.plain = *plain;
    apply_dense(dense, model.compute);
    model.step.is_begun = false;
    model.trace = nullptr;
    if (!has_words) return;
    WordAdamW table = {};
    table.parameters = model.parameters.as<float>();
    table.first = model.first_moments.as<float>();
    table.second = model.second_moments.as<float>();
    table.gradients = model.word_gradients.as<float>();
    table.stamps = model.stamps.as<uint32_t>(), table.stamp = model.step.stamp;
    table.rows = model.shape.vocabulary_size, table.n = model.shape.hidden_size;
    table.step = *words;
    if (model.stamps_are_stale) {
        stamp_rows_with_moments(table, model.stamps.as<uint32_t>(), model.compute);
        model.stamps_are_stale = false;
    }
    apply_words(table, model.compute);
}

}  // namespace ajan
