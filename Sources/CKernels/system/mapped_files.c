#define _GNU_SOURCE
#include "ck_system.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <unistd.h>

enum { MAPPINGS_MAX = 1024 };

// A free place has the start 0; a place whose end is 0 holds no address.
static struct {
    _Atomic(uintptr_t) start;
    _Atomic(uintptr_t) end;
} mappings[MAPPINGS_MAX];

static struct sigaction previous;

static const char message[] =
    "ajan: a mapped file was shortened by another program; the process cannot go on\n";

static int is_mapped_file(uintptr_t address) {
    for (int i = 0; i < MAPPINGS_MAX; i++)
        if (atomic_load(&mappings[i].start) <= address && address < atomic_load(&mappings[i].end))
            return 1;
    return 0;
}

// Calls only what POSIX allows in a signal handler.
static void handle(int number, siginfo_t *info, void *context) {
    static atomic_flag told = ATOMIC_FLAG_INIT;
    if (info->si_code == BUS_ADRERR && is_mapped_file((uintptr_t)info->si_addr)) {
        // Other threads that come here wait for the end.
        while (atomic_flag_test_and_set(&told)) pause();
        ssize_t written = write(STDERR_FILENO, message, sizeof message - 1);
        (void)written;
        _exit(1);
    }
    if (previous.sa_flags & SA_SIGINFO) {
        previous.sa_sigaction(number, info, context);
    } else if (previous.sa_handler != SIG_DFL && previous.sa_handler != SIG_IGN) {
        previous.sa_handler(number);
    } else {
        // Ends the process once this function returns.
        signal(number, SIG_DFL);
        raise(number);
    }
}

static void install(void) {
    if (sigaction(SIGBUS, NULL, &previous) != 0) return;
    struct sigaction action = {0};
    action.sa_sigaction = handle;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
    sigemptyset(&action.sa_mask);
    sigaction(SIGBUS, &action, NULL);
}

void ck_watch_mapping(const void *start, size_t byte_count) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, install);
    for (int i = 0; i < MAPPINGS_MAX; i++) {
        uintptr_t vacant = 0, first = (uintptr_t)start;
        if (!atomic_compare_exchange_strong(&mappings[i].start, &vacant, first)) continue;
        atomic_store(&mappings[i].end, first + byte_count);
        return;
    }
}

void ck_forget_mapping(const void *start) {
    for (int i = 0; i < MAPPINGS_MAX; i++) {
        if (atomic_load(&mappings[i].start) != (uintptr_t)start) continue;
        atomic_store(&mappings[i].end, 0);
        atomic_store(&mappings[i].start, 0);
        return;
    }
}
