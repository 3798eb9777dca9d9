// The C face of hnswlib for vectors that lie in a mapped file.
#include "chnsw.h"
#include "kernel.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include <cmath>
#include <memory>
#include <new>
#include <stdexcept>

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

using Links = hnswlib::HierarchicalNSW<float>;

void require(bool holds) {
    if (!holds) throw std::runtime_error("not a graph that chnsw_save wrote");
}

// Fills an empty graph from the bytes that hnswlib's saveIndex writes. Its own reader believes
// every number; here nothing is followed before it is known to lead into the graph.
class Reader {
  public:
    Reader(const char *bytes, size_t byte_count, Links &links)
        : next(bytes), left(byte_count), links(links) {}

    void read() {
        const size_t count = header();
        const size_t level0 = count * links.size_data_per_element_;
        memcpy(links.data_level0_memory_, take(level0), level0);
        for (size_t element = 0; element < count; element++) upperLevels(element);
        require(left == 0);
        checkEntry();
        for (size_t element = 0; element < count; element++) check(element);
        // As hnswlib's reader leaves it: rows that are added later get the same levels every time.
        links.level_generator_ = std::default_random_engine();
    }

  private:
    const char *next;
    size_t left;
    Links &links;

    const char *take(size_t byte_count) {
        require(byte_count <= left);
        const char *taken = next;
        next += byte_count;
        left -= byte_count;
        return taken;
    }

    template <typename Number> Number number() {
        Number value;
        memcpy(&value, take(sizeof value), sizeof value);
        return value;
    }

    // Returns the number of elements. Sizes are as the constructor of an empty graph set them.
    size_t header() {
        require(number<size_t>() == links.offsetLevel0_);
        const size_t room = number<size_t>(), count = number<size_t>();
        require(count <= room && count <= links.max_elements_);
        require(number<size_t>() == links.size_data_per_element_);
        require(number<size_t>() == links.label_offset_);
        require(number<size_t>() == links.offsetData_);
        links.maxlevel_ = number<int>();
        links.enterpoint_node_ = number<hnswlib::tableint>();
        require(number<size_t>() == links.maxM_);
        require(number<size_t>() == links.maxM0_);
        require(number<size_t>() == links.M_);
        // Another machine's logarithm may differ in its last bit.
        require(std::abs(number<double>() - links.mult_) < 1e-9);
        require(number<size_t>() == links.ef_construction_);
        return count;
    }

    // The destructor of hnswlib frees what `cur_element_count` covers, so it grows step by step.
    void upperLevels(size_t element) {
        const size_t size = number<unsigned>();
        const size_t level = size / links.size_links_per_element_;
        require(level * links.size_links_per_element_ == size);
        require(static_cast<int64_t>(level) <= links.maxlevel_);
        const char *lists = take(size);
        links.linkLists_[element] = nullptr;
        if (level > 0) {
            links.linkLists_[element] = static_cast<char *>(roomForOneMoreLink(size));
            if (links.linkLists_[element] == nullptr) throw std::bad_alloc();
            memcpy(links.linkLists_[element], lists, size);
        }
        links.element_levels_[element] = static_cast<int>(level);
        links.cur_element_count = element + 1;
    }

    // A search begins at an element of the highest level, and in an empty graph nowhere.
    void checkEntry() const {
        const auto entry = links.enterpoint_node_;
        if (links.cur_element_count == 0) {
            require(links.maxlevel_ == -1 && entry == static_cast<hnswlib::tableint>(-1));
        } else {
            require(entry < links.cur_element_count);
            require(links.element_levels_[entry] == links.maxlevel_);
        }
    }

    // Element i is row i and has label i: rows are added in order. Links of a level lead to
    // elements that reach it. The upper half of a count, where deleted ones are marked, is 0.
    void check(size_t element) const {
        const auto place = static_cast<hnswlib::tableint>(element);
        uint64_t row;
        memcpy(&row, links.getDataByInternalId(place), sizeof row);
        require(row == element && links.getExternalLabel(place) == element);
        for (int level = 0; level <= links.element_levels_[element]; level++) {
            const auto *list = links.get_linklist_at_level(place, level);
            require(list[0] <= (level > 0 ? links.maxM_ : links.maxM0_));
            for (unsigned i = 1; i <= list[0]; i++) {
                require(list[i] < links.cur_element_count);
                require(level == 0 || links.element_levels_[list[i]] >= level);
            }
        }
    }
};

}  // namespace

struct chnsw_graph {
    RowSpace space;
    std::unique_ptr<Links> links;

    explicit chnsw_graph(chnsw_vectors vectors) : space(vectors) {}
};

// A graph without elements, with room for every row. hnswlib counts rows in an int.
static std::unique_ptr<chnsw_graph> emptyGraph(chnsw_vectors vectors, size_t links,
                                               size_t construction_breadth) {
    require(vectors.count <= INT_MAX);
    auto graph = std::make_unique<chnsw_graph>(vectors);
    graph->links =
        std::make_unique<Links>(&graph->space, vectors.count, links, construction_breadth);
    return graph;
}

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
        return emptyGraph(vectors, links, construction_breadth).release();
    });
}

chnsw_graph *chnsw_load(chnsw_vectors vectors, const void *bytes, size_t byte_count, size_t links,
                        size_t construction_breadth) {
    return guarded<chnsw_graph *>(nullptr, [&] {
        auto graph = emptyGraph(vectors, links, construction_breadth);
        Reader(static_cast<const char *>(bytes), byte_count, *graph->links).read();
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
