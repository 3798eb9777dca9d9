#include "batch.h"

#include "../kernels/tables.h"

#include <string.h>

namespace ajan {
namespace {

// Batches of one budget differ by a few tokens; memory shall not grow at each record.
uint64_t rounded(uint64_t bytes) { return (bytes + 0xffff) / 0x10000 * 0x10000; }

// One array in both memories: where kernels find it, and a place to write it.
template <typename T>
struct Both {
    T *device, *host;
};

template <typename T>
Both<T> take(Carver &device, Carver &host, uint64_t count) {
    return {device.take<T>(count), host.take<T>(count)};
}

template <typename T>
T *copied(Carver &device, Carver &host, const T *from, uint64_t count, bool fills) {
    Both<T> to = take<T>(device, host, count);
    if (fills && count > 0) memcpy(to.host, from, count * sizeof(T));
    return to.device;
}

uint32_t count_long_groups(const ajan_cuda_groups &groups) {
    uint32_t count = 0;
    for (uint32_t group = 0; group < groups.count; group++) {
        count += groups.starts[group + 1] - groups.starts[group] > LONG_GROUP;
    }
    return count;
}

DeviceGroups lay_out_groups(const ajan_cuda_groups &groups, uint32_t tokens, Carver &device,
                            Carver &host, bool fills) {
    DeviceGroups laid;
    if (groups.count == 0) return laid;
    laid.count = groups.count;
    laid.long_count = count_long_groups(groups);
    laid.starts = copied(device, host, groups.starts, groups.count + uint64_t(1), fills);
    laid.members = copied(device, host, groups.members, tokens, fills);
    laid.targets = copied(device, host, groups.targets, groups.count, fills);
    Both<uint32_t> wide = take<uint32_t>(device, host, laid.long_count);
    laid.long_groups = wide.device;
    if (!fills) return laid;
    for (uint32_t group = 0, place = 0; group < groups.count; group++) {
        bool is_long = groups.starts[group + 1] - groups.starts[group] > LONG_GROUP;
        if (is_long) wide.host[place++] = group;
    }
    return laid;
}

uint64_t tile_capacity(uint64_t tokens, uint64_t sequences) {
    return tokens / ATTENTION_TILE + sequences;
}

DeviceBatch lay_out_batch(const ajan_cuda_batch &batch, Carver &device, Carver &host,
                          bool fills) {
    DeviceBatch laid;
    uint32_t tokens = batch.token_count, sequences = batch.sequence_count;
    laid.token_count = tokens, laid.sequence_count = sequences;
    laid.first_sequence = batch.first_sequence;
    laid.dropout = batch.dropout;
    laid.word_ids = copied(device, host, batch.word_ids, tokens, fills);
    laid.position_ids = copied(device, host, batch.position_ids, tokens, fills);
    laid.starts = copied(device, host, batch.starts, sequences + uint64_t(1), fills);
    Both<uint32_t> rows = take<uint32_t>(device, host, tokens);
    laid.sequence_of_row = rows.device;
    Both<AttentionTile> tiles =
        take<AttentionTile>(device, host, tile_capacity(tokens, sequences));
    laid.tiles = tiles.device;
    if (!fills) return laid;
    for (uint32_t sequence = 0; sequence < sequences; sequence++) {
        for (uint32_t row = batch.starts[sequence]; row < batch.starts[sequence + 1]; row++) {
            rows.host[row] = sequence;
        }
    }
    laid.tile_count =
        attention_tiles(batch.starts, sequences, tiles.host, &laid.wide_tile_count);
    return laid;
}

}  // namespace

void BatchSlot::make() {
    uploaded.make();
    used.make();
}

uint64_t BatchSlot::bytes_needed(uint64_t tokens, uint64_t sequences, const Shape &shape,
                                 bool has_targets) {
    Carver carver(nullptr);
    for (int array = 0; array < 3; array++) carver.take<uint32_t>(tokens);
    carver.take<uint32_t>(sequences + 1);
    carver.take<AttentionTile>(tile_capacity(tokens, sequences));
    if (!has_targets) return rounded(carver.bytes());
    for (int groups = 0; groups < 2; groups++) {
        carver.take<uint32_t>(tokens + 1);
        for (int array = 0; array < 3; array++) carver.take<uint32_t>(tokens);
    }
    carver.take<float>(sequences * shape.dimensions());
    return rounded(carver.bytes());
}

void BatchSlot::lay_out(const Content &content, const Shape &shape, Carver &device, Carver &host,
                        bool fills) {
    const ajan_cuda_batch &own = *content.batch;
    if (content.has_batch) batch = lay_out_batch(own, device, host, fills);
    targets = DeviceTargets();
    if (content.has_groups) {
        targets.words = lay_out_groups(own.words, own.token_count, device, host, fills);
        targets.positions = lay_out_groups(own.positions, own.token_count, device, host, fills);
    }
    uint64_t count = uint64_t(own.sequence_count) * shape.dimensions();
    if (content.rows) targets.rows = copied(device, host, content.rows, count, fills);
}

void BatchSlot::upload(const Content &content, const Shape &shape, MemoryCount &count,
                       cudaStream_t uploads, cudaStream_t compute) {
    Carver device_size(nullptr), host_size(nullptr);
    lay_out(content, shape, device_size, host_size, false);
    uint64_t bytes = rounded(device_size.bytes());
    uploaded.wait();
    pinned.reserve(bytes, "pinned memory for a batch");
    if (bytes > memory.bytes()) {
        used.wait();
        memory.allocate(count, bytes, "a batch");
    }
    Carver device(memory.as<char>()), host(pinned.as<char>());
    lay_out(content, shape, device, host, true);
    used.hold(uploads);
    check(cudaMemcpyAsync(memory.as<char>(), pinned.as<char>(), bytes, cudaMemcpyHostToDevice,
                          uploads),
          "uploading a batch");
    uploaded.record(uploads);
    uploaded.hold(compute);
}

}  // namespace ajan
