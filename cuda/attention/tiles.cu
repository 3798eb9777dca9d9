// The work list of a batch, made on the host.
#include "attention.h"

#include <algorithm>
#include <numeric>
#include <vector>

namespace ajan {

uint32_t attention_tiles(const uint32_t *starts, uint32_t sequence_count, AttentionTile *tiles,
                         uint32_t *wide_tile_count) {
    // Long sequences take longest and begin first, so that none is still running at the end.
    std::vector<uint32_t> order(sequence_count);
    std::iota(order.begin(), order.end(), 0u);
    auto length = [&](uint32_t sequence) { return starts[sequence + 1] - starts[sequence]; };
    std::sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) {
        return length(a) != length(b) ? length(a) > length(b) : a < b;
    });
    uint32_t count = 0;
    *wide_tile_count = 0;
    for (uint32_t sequence : order) {
        const bool is_wide = length(sequence) > ATTENTION_WIDE_TILE;
        const uint32_t rows = is_wide ? ATTENTION_WIDE_TILE : ATTENTION_TILE;
        for (uint32_t first = 0; first < length(sequence); first += rows) {
            if (tiles) tiles[count] = {starts[sequence], length(sequence), sequence, first};
            count++;
        }
        if (is_wide) *wide_tile_count = count;
    }
    return count;
}

}  // namespace ajan
