// The C face of hnswlib for vectors that lie in a mapped file.
#include "chnsw.h"
#include "kernel.h"

#include <stdlib.h>

#include <memory>
#include <new>

// While hnswlib goes through a list of links it looks one link ahead, to fetch early what comes
// next; behind the last link of a full list that is one link past its allocation (hnswlib 0.6,
// searchBaseLayer; the address sanitizer found it). So what it allocates has room for one more.
// NO_MANUAL_VECTORIZATION would end these reads as well, but then a search takes 1.2 times as long.
static void *roomForOneMoreLink(size_t size) { return malloc(size + sizeof(unsigned)); }
#define malloc roomForOneMoreLink
#include <hnswlib/hnswlib.h>
#undef malloc

namespace {

// What hnswlib takes for a vector: the number of a row, or a mark and a pointer to the query.
struct Point {
    uint64_t row;
    const int8_t *digits;
    float scale;
};

constexpr uint64_t queryMark = UINT64_MAX;

struct Vectors {
    chnsw_vectors rows;
    chnsw_dot_rows_fn *dot_rows;
};

// hnswlib passes the point that it was given first and a stored one second.
float distance(const void *first, const void *second, const void *parameter) {
    const auto *vectors = static_cast<const Vectors *>(parameter);
    const size_t n = vectors->rows.dimensions;
    uint64_t a, b;
    memcpy(&a, first, sizeof a);
    memcpy(&b, second, sizeof b);
    const int8_t *digits;
    float scale;
    if (a == queryMark) {
        const auto *query = static_cast<const Point *>(first);
        digits = query->digits;
        scale = query->scale;
    } else {
        digits = vectors->rows.digits + a * n;
        scale = vectors->rows.scales[a];
    }
    int32_t sum = 0;
    vectors->dot_rows(digits, vectors->rows.digits + b * n, n, 1, n, &sum);
    return 1 - static_cast<float>(sum) * scale * vectors->rows.scales[b];
}

class RowSpace : public hnswlib::SpaceInterface<float> {
  public:
    explicit RowSpace(chnsw_vectors rows) : vectors{rows, chnsw_dot_rows()} {}
    size_t get_data_size() override { return sizeof(uint64_t); }
    hnswlib::DISTFUNC<float> get_dist_func() override { return distance; }
    void *get_dist_func_param() override { return &vectors; }

  private:
    Vectors vectors;
};

}  // namespace

struct chnsw_graph {
    RowSpace space;
    std::unique_ptr<hnswlib::HierarchicalNSW<float>> links;

    explicit chnsw_graph(chnsw_vectors vectors) : space(vectors) {}
};

// No exception leaves this file.
template <typename Result, typename Body> static Result guarded(Result failure, Body body) {
    try {
        return body();
    } catch (...) {
        return failure;
    }
}

chnsw_graph *chnsw_create(chnsw_vectors vectors, size_t links, size_t construction_breadth) {
    return guarded<chnsw_graph *>(nullptr, [&] {
        auto graph = std::make_unique<chnsw_graph>(vectors);
        graph->links = std::make_unique<hnswlib::HierarchicalNSW<float>>(
            &graph->space, vectors.count, links, construction_breadth);
        return graph.release();
    });
}

chnsw_graph *chnsw_load(chnsw_vectors vectors, const char *path) {
    return guarded<chnsw_graph *>(nullptr, [&] {
        auto graph = std::make_unique<chnsw_graph>(vectors);
        graph->links = std::make_unique<hnswlib::HierarchicalNSW<float>>(
            &graph->space, path, false, vectors.count);
        // Left as memory was by the loader of hnswlib 0.6; nothing is ever deleted here.
        graph->links->num_deleted_ = 0;
        return graph.release();
    });
}

size_t chnsw_count(const chnsw_graph *graph) { return graph->links->cur_element_count; }

int chnsw_add(chnsw_graph *graph, size_t row) {
    return guarded(1, [&] {
        const uint64_t point = row;
        graph->links->addPoint(&point, row);
        return 0;
    });
}

int chnsw_save(chnsw_graph *graph, const char *path) {
    return guarded(1, [&] {
        graph->links->saveIndex(path);
        return 0;
    });
}

size_t chnsw_search(const chnsw_graph *graph, const int8_t *query, float scale, size_t breadth,
                    uint32_t *rows, float *cosines) {
    return guarded<size_t>(0, [&] {
        const Point point{queryMark, query, scale};
        auto found = graph->links->searchKnn(&point, breadth);
        const size_t count = found.size();
        for (size_t place = count; place > 0; found.pop()) {
            place -= 1;
            rows[place] = static_cast<uint32_t>(found.top().second);
            cosines[place] = 1 - found.top().first;
        }
        return count;
    });
}

void chnsw_free(chnsw_graph *graph) { delete graph; }
