// What the CUDA library says to callers that ask for what it cannot do: never more than an error,
// and a model stays as it was when nothing was begun.
#include "checks.h"
#include "tiny_model.h"

namespace {

const ajan_cuda_api &api() { return *ajan_cuda_emulated_api(); }

// A model that is closed at the end.
struct Model {
    TinyModel tiny;
    ajan_cuda_model *handle = nullptr;

    Model() { api().make_model(0, &tiny.shape, &tiny.options, tiny.parameters.data(), &handle); }
    ~Model() { api().close_model(handle); }
};

// That a call ended with `status` and a text that holds `part`.
std::string expect(int own, int status, const char *part) {
    if (own == AJAN_CUDA_OK) return std::string("not refused: ") + part;
    std::string text = api().last_error();
    if (own != status) return "status " + std::to_string(own) + ": " + text;
    return text.find('\n') == std::string::npos ? expect_error(text, part) : "two lines: " + text;
}

std::string refused(int status, const char *part) {
    return expect(status, AJAN_CUDA_UNSUPPORTED, part);
}

// The first problem of a list.
std::string first(std::initializer_list<std::string> problems) {
    for (const std::string &problem : problems) {
        if (!problem.empty()) return problem;
    }
    return "";
}

// What making a model says after `change`.
template <typename Change>
std::string refused_shape(Change change, const char *part) {
    TinyModel tiny;
    change(tiny);
    ajan_cuda_model *model = nullptr;
    int status =
        api().make_model(0, &tiny.shape, &tiny.options, tiny.parameters.data(), &model);
    std::string problem = refused(status, part);
    if (model) api().close_model(model);
    uint64_t bytes = api().bytes_needed(&tiny.shape, &tiny.options, 5, 2);
    return problem.empty() && bytes != 0 ? "a refused model needs bytes" : problem;
}

std::string shapes() {
    return first({
        refused_shape([](TinyModel &m) { m.shape.hidden_size = 2048; }, "hidden size 2048"),
        refused_shape([](TinyModel &m) { m.shape.head_count = 3; }, "multiple of 3 heads"),
        refused_shape([](TinyModel &m) { m.shape.layers = nullptr; }, "layers are NULL"),
        refused_shape([](TinyModel &m) { m.shape.pooling = 2; }, "pooling mode 2"),
        refused_shape([](TinyModel &m) { m.layer.output.input_size = 16; }, "[16, 16]"),
        refused_shape([](TinyModel &m) { m.layer.output.weight = UINT64_MAX - 15; }, "output"),
        refused_shape([](TinyModel &m) { m.shape.positions = 3; }, "positions lies at 3"),
        refused_shape([](TinyModel &m) { m.shape.parameter_count = 0; }, "word table"),
        refused_shape([](TinyModel &m) { m.options.precision = 7; }, "precision 7"),
        refused_shape([](TinyModel &m) { m.segments[1].start = 0; }, "segment 1"),
    });
}

// What training on a batch says after `change`.
template <typename Change>
std::string refused_batch(Change change, const char *part) {
    Model model;
    TinyBatch tiny;
    api().begin_step(model.handle, tiny.ids.data(), 3);
    change(tiny);
    return refused(api().accumulate(model.handle, &tiny.batch, &tiny.objective), part);
}

std::string batches() {
    return first({
        refused_batch([](TinyBatch &b) { b.batch.starts = nullptr; }, "starts are NULL"),
        refused_batch([](TinyBatch &b) { b.starts[1] = 6; }, "starts do not cover"),
        refused_batch([](TinyBatch &b) { b.starts[1] = 5; }, "a sequence has no token"),
        refused_batch([](TinyBatch &b) { b.batch.token_count = 1u << 31; }, "16,777,216"),
        refused_batch([](TinyBatch &b) { b.words[2] = 11; }, "outside the vocabulary"),
        refused_batch([](TinyBatch &b) { b.words[2] = -1; }, "outside the vocabulary"),
        refused_batch([](TinyBatch &b) { b.positions[4] = 8; }, "outside the position table"),
        refused_batch([](TinyBatch &b) { b.word_members[0] = 5; }, "member is no row"),
        refused_batch([](TinyBatch &b) { b.targets[2] = 3; }, "has no gradient row"),
        refused_batch([](TinyBatch &b) { b.targets[1] = 0; }, "does not rise"),
        refused_batch([](TinyBatch &b) { b.batch.words.count = 2; }, "groups do not cover"),
        refused_batch([](TinyBatch &b) { b.batch.dropout.hidden_threshold = 65536; }, "65536"),
        refused_batch([](TinyBatch &b) { b.objective.teacher = nullptr; }, "teacher is NULL"),
    });
}

std::string order() {
    Model model;
    TinyBatch tiny;
    ajan_cuda_adamw step = {};
    std::vector<float> vectors(2 * 16);
    double loss = 0, squares = 0;
    ajan_cuda_model *m = model.handle;
    std::string problem = first({
        refused(api().accumulate(nullptr, &tiny.batch, &tiny.objective), "model is NULL"),
        refused(api().accumulate(m, &tiny.batch, &tiny.objective), "no step has begun"),
        refused(api().apply(m, &step, &step, &step), "no step has begun"),
        refused(api().backward(m, &tiny.batch, vectors.data()), "no batch went forward"),
        refused(api().end_vectors(m, 0, vectors.data()), "no vectors"),
        refused(api().begin_vectors(m, &tiny.batch, 2), "slots 0 and 1"),
        refused(api().read(m, 9, 0, 1, vectors.data()), "kind 9"),
        refused(api().read(m, AJAN_CUDA_PARAMETERS, UINT64_MAX, 2, vectors.data()), "numbers"),
        refused(api().write(m, AJAN_CUDA_DENSE_GRADIENTS, 0, 1 << 20, vectors.data()), "numbers"),
        refused(api().sum_gradients(m), "joined no others"),
    });
    if (!problem.empty()) return problem;
    tiny.ids[2] = 2;
    problem = refused(api().begin_step(m, tiny.ids.data(), 3), "do not rise");
    if (!problem.empty()) return problem;
    tiny.ids[2] = 9;
    // After all of that the model works, and vectors in between take the batch's place.
    int done = api().begin_step(m, tiny.ids.data(), 3) +
               api().accumulate(m, &tiny.batch, &tiny.objective) +
               api().finish_gradients(m, &loss, 1, &squares) +
               api().forward(m, &tiny.batch, vectors.data()) +
               api().begin_vectors(m, &tiny.batch, 1);
    if (done != AJAN_CUDA_OK) return std::string("refused: ") + api().last_error();
    if (!(loss > 0) || !(squares > 0)) return "no loss, or no gradient";
    return first({
        refused(api().backward(m, &tiny.batch, vectors.data()), "no batch went forward"),
        refused(api().begin_vectors(m, &tiny.batch, 1), "nobody asked for"),
        refused(api().finish_gradients(m, &loss, 2, &squares), "more losses"),
    });
}

std::string memory() {
    TinyModel tiny;
    // 19 GB, which the emulated device has not; the parameters are not read before.
    constexpr uint64_t words = 300'000'000, shift = (words - 11) * 16;
    tiny.shape.vocabulary_size = words;
    for (uint64_t *place : {&tiny.shape.dense_start, &tiny.shape.parameter_count,
                            &tiny.shape.positions, &tiny.shape.types,
                            &tiny.shape.embedding_norm.weight, &tiny.shape.embedding_norm.bias}) {
        *place += shift;
    }
    for (ajan_cuda_linear *linear : {&tiny.layer.query_key_value, &tiny.layer.attention_output,
                                     &tiny.layer.intermediate, &tiny.layer.output}) {
        linear->weight += shift, linear->bias += shift;
    }
    for (ajan_cuda_norm *norm : {&tiny.layer.attention_norm, &tiny.layer.output_norm}) {
        norm->weight += shift, norm->bias += shift;
    }
    tiny.options.trains = 0;
    ajan_cuda_model *model = nullptr;
    int status =
        api().make_model(0, &tiny.shape, &tiny.options, tiny.parameters.data(), &model);
    if (model) return "a model that does not fit was made";
    if (api().bytes_needed(&tiny.shape, &tiny.options, 5, 2) < words * 64) {
        return "fewer bytes are needed than the word table has";
    }
    if (api().bytes_needed(&tiny.shape, &tiny.options, UINT64_MAX, 2) != UINT64_MAX) {
        return "a batch without end fits";
    }
    return expect(status, AJAN_CUDA_OUT_OF_MEMORY, "MiB for parameters");
}

std::string devices() {
    ajan_cuda_device description;
    TinyModel tiny;
    ajan_cuda_model *model = nullptr;
    double flops = 0;
    uint8_t id[128];
    return first({
        expect(api().describe_device(9, &description), AJAN_CUDA_NO_DEVICE, "device 9 of"),
        expect(api().make_model(9, &tiny.shape, &tiny.options, tiny.parameters.data(), &model),
               AJAN_CUDA_NO_DEVICE, "device 9 of"),
        refused(api().measure_peak(0, 2, 1, &flops), "rounds"),
        refused(api().communicator_id(id), "NCCL"),
    });
}

}  // namespace

Checks refusal_checks() {
    return {
        {"shapes that the library does not support are refused", shapes},
        {"batches that do not fit their model are refused", batches},
        {"calls out of order are refused, and change nothing", order},
        {"a model that does not fit into memory is an error", memory},
        {"devices that are not there are an error", devices},
    };
}
