#include "ck_system.h"

#if defined(__x86_64__) && defined(__linux__)
#include <cpuid.h>
#include <stdatomic.h>
#include <sys/syscall.h>
#include <unistd.h>

// Linux lets a process use the tile registers, 8 KB per thread, only after it asked (arch_prctl,
// Documentation/arch/x86/xstate.rst).
enum { REQUEST_PERMISSION = 0x1023, TILE_DATA = 18 };
// Of cpuid leaf 7.
enum { AMX_BF16 = 1 << 22, AMX_TILE = 1 << 24, AMX_INT8 = 1 << 25 };

static int request(void) {
    const unsigned needed = AMX_BF16 | AMX_TILE | AMX_INT8;
    unsigned a, b, c, d;
    if (!__get_cpuid_count(7, 0, &a, &b, &c, &d) || (d & needed) != needed) return 0;
    if (!__builtin_cpu_supports("avx512bf16") || !__builtin_cpu_supports("avx512vnni")) return 0;
    return syscall(SYS_arch_prctl, REQUEST_PERMISSION, TILE_DATA) == 0;
}

int ck_amx_available(void) {
    static _Atomic int answer;  // 0: not asked yet, 1: no, 2: yes
    int known = atomic_load_explicit(&answer, memory_order_relaxed);
    if (known == 0) {
        known = 1 + request();
        atomic_store_explicit(&answer, known, memory_order_relaxed);
    }
    return known == 2;
}
#else
int ck_amx_available(void) { return 0; }
#endif
