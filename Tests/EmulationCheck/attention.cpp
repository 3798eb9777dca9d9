// Attention of whole batches, many sequences and heads at once, against the scalar kernels of the
// processor, which see one head of one sequence at a time.
#include "../../cuda/attention/attention.h"
#include "checks.h"
#include "scalar.h"

#include <algorithm>

namespace {

using ajan::bf16;
using Floats = std::vector<float>;

struct Problem {
    std::vector<uint32_t> lengths;
    uint32_t heads, size, threshold;

    uint32_t tokens() const {
        uint32_t sum = 0;
        for (uint32_t length : lengths) sum += length;
        return sum;
    }
    std::vector<uint32_t> starts() const {
        std::vector<uint32_t> all = {0};
        for (uint32_t length : lengths) all.push_back(all.back() + length);
        return all;
    }
    size_t hidden() const { return size_t(heads) * size; }
};

// The results of both passes: context, and the gradients of queries, keys and values.
struct Results {
    Floats context, gradients[3];
};

constexpr uint32_t first_sequence = 7, site = 4, key[2] = {0xa4093822, 0x299f31d0};

// Numbers of (-1, 1) that bf16 holds exactly.
Floats draw(size_t count, uint32_t seed) {
    Floats numbers(count);
    for (float &x : numbers) {
        seed = seed * 1664525 + 1013904223;
        x = ajan::to_float(ajan::to_bf16(float(int32_t(seed)) / 2147483648.0f));
    }
    return numbers;
}

void split(const Floats &gradient, size_t hidden, Results &results) {
    for (size_t i = 0; i < gradient.size(); i++) {
        results.gradients[i / hidden % 3].push_back(gradient[i]);
    }
}

ck_dropout dropout_of(const Problem &problem, const uint32_t *sequence, uint32_t head) {
    ck_dropout dropout = {};
    dropout.threshold = problem.threshold;
    dropout.scale = 65536.0f / float(65536 - problem.threshold);
    dropout.key[0] = key[0], dropout.key[1] = key[1];
    dropout.site = site | head << 16;
    dropout.sequences = sequence;
    return dropout;
}

Results expect(const Problem &problem, const Floats &qkv, const Floats &slopes) {
    const ck_training_kernels *scalar = scalar_kernels();
    const size_t hidden = problem.hidden();
    const std::vector<uint32_t> starts = problem.starts();
    Results results;
    results.context.resize(slopes.size());
    Floats gradient(qkv.size()), own(qkv), incoming(slopes);
    for (uint32_t sequence = 0; sequence < problem.lengths.size(); sequence++) {
        const uint32_t tokens = problem.lengths[sequence], number = first_sequence + sequence;
        Floats scratch(scalar_attention_scratch(tokens, problem.size) / sizeof(float) + 1);
        for (uint32_t head = 0; tokens > 0 && head < problem.heads; head++) {
            const size_t row = starts[sequence], column = size_t(head) * problem.size;
            float *q = own.data() + row * 3 * hidden + column;
            float *dq = gradient.data() + row * 3 * hidden + column;
            ck_attention_training_args a = {};
            a.q = q, a.k = q + hidden, a.v = q + 2 * hidden, a.ld = 3 * hidden;
            a.dq = dq, a.dk = dq + hidden, a.dv = dq + 2 * hidden;
            a.out = results.context.data() + row * hidden + column, a.ldo = hidden;
            a.tokens = tokens, a.head_size = problem.size;
            a.scale = 1 / sqrtf(float(problem.size));
            a.dropout = dropout_of(problem, &number, head);
            scalar->attention_forward_f32(&a, scratch.data());
            a.out = incoming.data() + row * hidden + column;
            scalar->attention_backward_f32(&a, scratch.data());
        }
    }
    split(gradient, hidden, results);
    return results;
}

template <typename T>
std::vector<T> numbers_of(const Floats &values) {
    std::vector<T> numbers(values.size());
    for (size_t i = 0; i < values.size(); i++) numbers[i] = ajan::from_float<T>(values[i]);
    return numbers;
}

template <typename T>
Floats floats_of(const std::vector<T> &numbers) {
    Floats values(numbers.size());
    for (size_t i = 0; i < numbers.size(); i++) values[i] = ajan::to_float(numbers[i]);
    return values;
}

template <typename T>
Results compute(const Problem &problem, const Floats &qkv, const Floats &slopes) {
    const std::vector<uint32_t> starts = problem.starts();
    ajan::AttentionCall call = {};
    const uint32_t count = uint32_t(problem.lengths.size());
    std::vector<ajan::AttentionTile> tiles(
        ajan::attention_tiles(starts.data(), count, nullptr, &call.wide_tile_count));
    ajan::attention_tiles(starts.data(), count, tiles.data(), &call.wide_tile_count);
    Memory<ajan::AttentionTile> device_tiles(tiles);
    const ck_dropout dropout = dropout_of(problem, nullptr, 0);
    call.token_count = problem.tokens();
    call.tiles = device_tiles.start, call.tile_count = uint32_t(tiles.size());
    call.head_count = problem.heads, call.head_size = problem.size;
    call.scale = 1 / sqrtf(float(problem.size));
    call.dropout_threshold = problem.threshold, call.dropout_scale = dropout.scale;
    call.dropout_key[0] = key[0], call.dropout_key[1] = key[1];
    call.dropout_site = site, call.first_sequence = first_sequence;
    Memory<T> rows(numbers_of<T>(qkv)), incoming(numbers_of<T>(slopes));
    Memory<T> context(slopes.size()), gradient(qkv.size());
    Memory<float> logsumexp(size_t(problem.tokens()) * problem.heads);
    Memory<char> scratch(ajan::attention_scratch_bytes(problem.tokens(), problem.heads));
    ajan::attention_forward<T>(call, rows.start, context.start, logsumexp.start, nullptr);
    ajan::attention_backward<T>(call, rows.start, context.start, incoming.start, logsumexp.start,
                                gradient.start, scratch.start, nullptr);
    Results results;
    results.context = floats_of(context.values());
    split(floats_of(gradient.values()), problem.hidden(), results);
    return results;
}

double relative_error(const Floats &own, const Floats &expected) {
    double difference = 0, size = 0;
    for (size_t i = 0; i < own.size(); i++) {
        difference += (double(own[i]) - expected[i]) * (double(own[i]) - expected[i]);
        size += double(expected[i]) * expected[i];
    }
    return sqrt(difference / size);
}

std::string compare(const Results &own, const Results &expected, double bound) {
    double errors[4] = {relative_error(own.context, expected.context)};
    for (int i = 0; i < 3; i++) {
        errors[i + 1] = relative_error(own.gradients[i], expected.gradients[i]);
    }
    for (double error : errors) {
        if (!(error < bound)) return "an error of " + number(error * 1e6) + "e-6";
    }
    return launch_error();
}

// Short and long sequences, one of no token, lengths around the sizes of tiles, and heads that fill
// no block.
const std::vector<uint32_t> lengths = {1, 3, 17, 0, 33, 64, 65, 130, 25};

template <typename T>
std::string check_batch(uint32_t size, uint32_t threshold, double bound) {
    const Problem problem = {lengths, 5, size, threshold};
    const size_t hidden = problem.hidden();
    const Floats qkv = draw(problem.tokens() * 3 * hidden, 1);
    const Floats slopes = draw(problem.tokens() * hidden, 2);
    const Results own = compute<T>(problem, qkv, slopes);
    std::string difference = compare(own, expect(problem, qkv, slopes), bound);
    if (!difference.empty()) return difference;
    // Another order of warps and blocks: the same bits.
    emulation::set_seed_of_thread(5);
    const Results again = compute<T>(problem, qkv, slopes);
    emulation::set_seed_of_thread(0);
    return compare(again, own, 1e-300);
}

// Dropout of 0.1.
constexpr uint32_t dropped = 6554;

std::string check_tiles() {
    const uint32_t starts[] = {0, 20, 20, 150, 151};
    uint32_t wide = 0;
    std::vector<ajan::AttentionTile> tiles(ajan::attention_tiles(starts, 4, nullptr, &wide));
    ajan::attention_tiles(starts, 4, tiles.data(), &wide);
    if (tiles.size() != 6 || wide != 3) return "the count";
    const uint32_t expected[6][4] = {{20, 130, 2, 0}, {20, 130, 2, 64}, {20, 130, 2, 128},
                                     {0, 20, 0, 0},   {0, 20, 0, 16},   {150, 1, 3, 0}};
    for (size_t i = 0; i < 6; i++) {
        const ajan::AttentionTile own = tiles[i];
        const uint32_t numbers[4] = {own.start, own.length, own.sequence, own.first};
        if (!std::equal(numbers, numbers + 4, expected[i])) return "tile " + std::to_string(i);
    }
    return "";
}

}  // namespace

Checks attention_checks() {
    return {
        {"tiles of attention, longest sequences first", check_tiles},
        {"attention in f32, heads of 24",
         [] { return check_batch<float>(24, 0, 1e-5); }},
        {"attention in f32, heads of 24, with dropout",
         [] { return check_batch<float>(24, dropped, 1e-5); }},
        {"attention in bf16, heads of 8", [] { return check_batch<bf16>(8, dropped, 4e-3); }},
        {"attention on tensor cores, heads of 32",
         [] { return check_batch<bf16>(32, 0, 4e-3); }},
        {"attention on tensor cores, heads of 32, with dropout",
         [] { return check_batch<bf16>(32, dropped, 4e-3); }},
        {"attention on tensor cores, heads of 64, with dropout",
         [] { return check_batch<bf16>(64, dropped, 4e-3); }},
    };
}
