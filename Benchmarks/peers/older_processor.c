// Hides the newer vector units of this processor from a program: LD_PRELOAD=older_processor.so makes
// every CPUID instruction of it, of its threads and of what it starts answer as an x86-64 with AVX2
// and FMA would, without AVX-512, VNNI and AMX. So programs that choose their kernels by CPUID can
// all be measured as on such a machine. The instruction is made to fault (arch_prctl, CPUID
// faulting), and the handler gives the masked answer. What the C library chose before (memcpy)
// stays. Clocks and caches stay those of this machine too.
#define _GNU_SOURCE
#include <cpuid.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

enum { archSetCPUID = 0x1012 };

static int allow_cpuid(unsigned long allowed) { return syscall(SYS_arch_prctl, archSetCPUID, allowed); }

#define BIT(n) (1u << (n))

// Bits by Intel's manual, volume 2, CPUID.
static void hide(unsigned leaf, unsigned subleaf, unsigned *a, unsigned *b, unsigned *c, unsigned *d) {
    if (leaf != 7) return;
    if (subleaf == 0) {
        // AVX512 F, DQ, IFMA, PF, ER, CD, BW, VL
        *b &= ~(BIT(16) | BIT(17) | BIT(21) | BIT(26) | BIT(27) | BIT(28) | BIT(30) | BIT(31));
        // AVX512 VBMI, VBMI2, VNNI, BITALG, VPOPCNTDQ
        *c &= ~(BIT(1) | BIT(6) | BIT(11) | BIT(12) | BIT(14));
        // AVX512 4VNNIW, 4FMAPS, VP2INTERSECT, FP16; AMX BF16, TILE, INT8
        *d &= ~(BIT(2) | BIT(3) | BIT(8) | BIT(22) | BIT(23) | BIT(24) | BIT(25));
    } else if (subleaf == 1) {
        // AVX VNNI, AVX512 BF16, AMX FP16, AVX IFMA
        *a &= ~(BIT(4) | BIT(5) | BIT(21) | BIT(23));
        // AVX VNNI INT8, NE CONVERT, AMX COMPLEX, AVX VNNI INT16, AVX10
        *d &= ~(BIT(4) | BIT(5) | BIT(8) | BIT(10) | BIT(19));
    }
}

static void answer(int number, siginfo_t *info, void *context) {
    (void)info;
    greg_t *registers = ((ucontext_t *)context)->uc_mcontext.gregs;
    const unsigned char *code = (const unsigned char *)registers[REG_RIP];
    if (code[0] != 0x0f || code[1] != 0xa2) {  // a fault of the program's own
        signal(number, SIG_DFL);
        return;
    }
    const unsigned leaf = registers[REG_RAX], subleaf = registers[REG_RCX];
    unsigned a, b, c, d;
    allow_cpuid(1);
    __cpuid_count(leaf, subleaf, a, b, c, d);
    allow_cpuid(0);
    hide(leaf, subleaf, &a, &b, &c, &d);
    registers[REG_RAX] = a;
    registers[REG_RBX] = b;
    registers[REG_RCX] = c;
    registers[REG_RDX] = d;
    registers[REG_RIP] += 2;
}

__attribute__((constructor)) static void become_older(void) {
    struct sigaction action = {.sa_sigaction = answer, .sa_flags = SA_SIGINFO};
    if (sigaction(SIGSEGV, &action, NULL) || allow_cpuid(0)) {
        fputs("older_processor: this machine cannot make CPUID fault\n", stderr);
        _exit(3);
    }
}
