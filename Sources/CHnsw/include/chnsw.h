// Hierarchical navigable small world graphs (Malkov and Yashunin 2018) over int8 vectors that stay
// where they are: a graph holds links between rows, never a copy of a vector.
#ifndef CHNSW_H
#define CHNSW_H
#include <stddef.h>
#include <stdint.h>
#ifdef __cplusplus
extern "C" {
#endif

typedef struct chnsw_graph chnsw_graph;

// Vectors of one length, row after row: value = scales[row] * digits[row * dimensions + i]. They
// must stay in place while a graph over them lives.
typedef struct {
    const int8_t *digits;
    const float *scales;
    size_t count, dimensions;
} chnsw_vectors;

// An empty graph with room for every row, or NULL when memory is short. The seed of its levels is
// fixed: rows added in the same order give the same graph.
chnsw_graph *chnsw_create(chnsw_vectors vectors, size_t links, size_t construction_breadth);

// The graph that `chnsw_save` wrote into a file with these bytes, made with the same numbers as in
// `chnsw_create` and with room for every row. NULL when memory is short, or when the bytes are not
// such a graph over the first rows of `vectors`: every size, link, level and row is checked.
chnsw_graph *chnsw_load(chnsw_vectors vectors, const void *bytes, size_t byte_count, size_t links,
                        size_t construction_breadth);

// Rows in the graph.
size_t chnsw_count(const chnsw_graph *graph);

// Adds a row; not from two threads at once, so that the graph is the same every time. 0 when done.
int chnsw_add(chnsw_graph *graph, size_t row);

// Writes the graph. 0 when done.
int chnsw_save(chnsw_graph *graph, const char *path);

// Rows closest to the query by cosine, best first, `breadth` at most: the rows are found among as
// many candidates. Returns how many were written to `rows` and `cosines`, each with room for
// `breadth`. From any number of threads at once.
size_t chnsw_search(const chnsw_graph *graph, const int8_t *query, float scale, size_t breadth,
                    uint32_t *rows, float *cosines);

void chnsw_free(chnsw_graph *graph);

#ifdef __cplusplus
}
#endif
#endif
