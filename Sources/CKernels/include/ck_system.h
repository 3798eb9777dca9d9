#ifndef CK_SYSTEM_H
#define CK_SYSTEM_H
#include <stddef.h>

// Processors that the scheduler lets this process use, or 0 where the system does not tell.
int ck_affinity_count(void);

// At least `byte_count` bytes of scratch, 64-byte aligned, that belong to the calling thread until
// its next call; freed when the thread ends. NULL when memory is exhausted.
void *ck_thread_scratch(size_t byte_count);

// Whether this process may use tile registers (AMX with int8 and bf16); asks the system once.
int ck_amx_available(void);

// Makes the names `a` and `b`, of files or folders, change places in one step. Returns 0, or the
// error number: ENOSYS, EINVAL or ENOTSUP where the system or the file system cannot.
int ck_exchange_paths(const char *a, const char *b);

// From now on the process, when it reads a page of this mapped file that is gone because the file
// was shortened (SIGBUS), says so in one line on standard error and exits with status 1. The
// handler that was there before gets every other SIGBUS. Up to 1024 mappings; more are not
// explained.
void ck_watch_mapping(const void *start, size_t byte_count);

// To be called before the mapping is undone.
void ck_forget_mapping(const void *start);

// Names the calling thread in system tools, by the first 15 bytes of `name`; Linux only.
void ck_name_thread(const char *name);

// Tells the processor that this thread is spinning.
static inline void ck_pause(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("isb" ::: "memory");
#endif
}
#endif
