#include "ck_system.h"

#include <pthread.h>
#include <stdlib.h>

// One growing block per thread, kept in thread-specific data so that it is freed with the thread.
typedef struct {
    void *base;
    size_t byte_count;
} scratch;

static pthread_key_t key;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static int key_error;

static void release(void *pointer) {
    scratch *block = pointer;
    free(block->base);
    free(block);
}

static void create_key(void) { key_error = pthread_key_create(&key, release); }

void *ck_thread_scratch(size_t byte_count) {
    if (pthread_once(&once, create_key) != 0 || key_error != 0) return NULL;
    scratch *block = pthread_getspecific(key);
    if (!block) {
        block = calloc(1, sizeof *block);
        if (!block || pthread_setspecific(key, block) != 0) {
            free(block);
            return NULL;
        }
    }
    if (block->byte_count < byte_count) {
        free(block->base);
        size_t rounded = (byte_count + 4095) / 4096 * 4096;
        block->base = NULL;
        block->byte_count = 0;
        if (posix_memalign(&block->base, 64, rounded) != 0) return NULL;
        block->byte_count = rounded;
    }
    return block->base;
}
