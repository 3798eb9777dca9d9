#include "batch.h"

namespace ajan {
namespace {

void require(bool holds, const char *text) {
    if (!holds) fail(AJAN_CUDA_UNSUPPORTED, std::string("batch: ") + text);
}

bool all_below(const int32_t *values, uint32_t count, uint32_t limit) {
    uint32_t largest = 0;
    // A negative number is a large one.
    for (uint32_t i = 0; i < count; i++) {
        largest = uint32_t(values[i]) > largest ? uint32_t(values[i]) : largest;
    }
    return count == 0 || largest < limit;
}

bool is_rising(const uint32_t *starts, uint32_t count, uint32_t last) {
    if (starts[0] != 0 || starts[count] != last) return false;
    for (uint32_t i = 0; i < count; i++) {
        if (starts[i] > starts[i + 1]) return false;
    }
    return true;
}

void check_groups(const ajan_cuda_groups &groups, uint32_t tokens, uint32_t rows) {
    require(groups.count <= tokens, "more groups than tokens");
    if (groups.count == 0) {
        require(tokens == 0, "groups of rows are missing");
        return;
    }
    require(groups.starts && groups.members && groups.targets, "groups are NULL");
    require(is_rising(groups.starts, groups.count, tokens), "groups do not cover its tokens");
    for (uint32_t i = 0; i < tokens; i++) {
        require(groups.members[i] < tokens, "a group's member is no row");
    }
    // Two groups with one target would be added at the same time.
    for (uint32_t i = 0; i < groups.count; i++) {
        require(groups.targets[i] < rows && (i == 0 || groups.targets[i - 1] < groups.targets[i]),
                "a group's target does not rise or has no gradient row");
    }
}

}  // namespace

void check_batch(const ajan_cuda_batch *batch, const Shape &shape) {
    require(batch != nullptr, "it is NULL");
    uint32_t tokens = batch->token_count, sequences = batch->sequence_count;
    require(tokens <= TOKENS_MAX && sequences <= TOKENS_MAX, "more than 16,777,216 tokens");
    require(batch->starts != nullptr, "starts are NULL");
    require(tokens == 0 || (batch->word_ids && batch->position_ids), "ids are NULL");
    require(is_rising(batch->starts, sequences, tokens), "starts do not cover its tokens");
    require(all_below(batch->word_ids, tokens, shape.vocabulary_size),
            "a word id is outside the vocabulary");
    require(all_below(batch->position_ids, tokens, shape.position_count),
            "a position is outside the position table");
    require(batch->dropout.hidden_threshold < 65536 && batch->dropout.attention_threshold < 65536,
            "a dropout threshold is 65536 or more");
}

void check_targets(const ajan_cuda_batch &batch, const Shape &shape, uint32_t word_rows) {
    check_groups(batch.words, batch.token_count, word_rows);
    check_groups(batch.positions, batch.token_count, shape.position_count);
}

void check_sequences(const ajan_cuda_batch &batch) {
    for (uint32_t i = 0; i < batch.sequence_count; i++) {
        require(batch.starts[i] < batch.starts[i + 1], "a sequence has no token");
    }
}

}  // namespace ajan
