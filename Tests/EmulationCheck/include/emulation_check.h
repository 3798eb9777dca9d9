// Checks of the emulation itself: that it computes what a device would, and that it notices what
// would go wrong on one.
#ifndef EMULATION_CHECK_H
#define EMULATION_CHECK_H
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

size_t emulation_check_count(void);
const char *emulation_check_name(size_t index);
// Whether the check holds; otherwise `problem` tells what was wrong.
int emulation_check_run(size_t index, char *problem, size_t problem_size);

#ifdef __cplusplus
}
#endif
#endif
