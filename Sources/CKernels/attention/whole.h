// Lengths in whole panels, tiles and chains.
#ifndef CK_WHOLE_H
#define CK_WHOLE_H
#include <stddef.h>

// The least multiple of `unit` that is at least `count`.
static inline size_t whole(size_t count, size_t unit) { return (count + unit - 1) / unit * unit; }
#endif
