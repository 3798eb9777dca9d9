#include "fiber.h"

#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

// The registers that a call preserves go to the stack; the rest is the compiler's business.
#if defined(__x86_64__)
asm(R"(
    .text
    .p2align 4
ajan_switch_fiber:
    pushq %rbp
    pushq %rbx
    pushq %r12
    pushq %r13
    pushq %r14
    pushq %r15
    movq %rsp, (%rdi)
    movq %rsi, %rsp
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %rbx
    popq %rbp
    ret
)");
#elif defined(__aarch64__)
asm(R"(
    .text
    .p2align 4
ajan_switch_fiber:
    sub sp, sp, #160
    stp x19, x20, [sp, #0]
    stp x21, x22, [sp, #16]
    stp x23, x24, [sp, #32]
    stp x25, x26, [sp, #48]
    stp x27, x28, [sp, #64]
    stp x29, x30, [sp, #80]
    stp d8, d9, [sp, #96]
    stp d10, d11, [sp, #112]
    stp d12, d13, [sp, #128]
    stp d14, d15, [sp, #144]
    mov x9, sp
    str x9, [x0]
    mov sp, x1
    ldp x19, x20, [sp, #0]
    ldp x21, x22, [sp, #16]
    ldp x23, x24, [sp, #32]
    ldp x25, x26, [sp, #48]
    ldp x27, x28, [sp, #64]
    ldp x29, x30, [sp, #80]
    ldp d8, d9, [sp, #96]
    ldp d10, d11, [sp, #112]
    ldp d12, d13, [sp, #128]
    ldp d14, d15, [sp, #144]
    add sp, sp, #160
    ret
)");
#else
#error "switch_fiber is not written for this processor"
#endif

extern "C" void ajan_switch_fiber(void **from, void *to) __asm__("ajan_switch_fiber");

namespace emulation {

namespace {
constexpr unsigned char end_mark = 0x5a;
constexpr size_t end_bytes = 64;
}  // namespace

FiberStacks::~FiberStacks() {
    if (stacks) munmap(stacks, count * bytes);
}

bool FiberStacks::reserve(size_t wanted) {
    if (wanted <= count) return true;
    if (stacks) munmap(stacks, count * bytes);
    void *memory = mmap(nullptr, wanted * bytes, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    stacks = memory == MAP_FAILED ? nullptr : static_cast<unsigned char *>(memory);
    count = stacks ? wanted : 0;
    for (size_t i = 0; i < count; i++) memset(stacks + i * bytes, end_mark, end_bytes);
    return stacks != nullptr;
}

void *FiberStacks::prepare(size_t index, void (*entry)()) {
    // Tops at different distances, so that they do not fight for the same cache lines.
    unsigned char *top = stacks + (index + 1) * bytes - index % 8 * 512;
    auto words = reinterpret_cast<uintptr_t *>(top);
#if defined(__x86_64__)
    // Six registers, the entry as return address, and a return address that is never used.
    memset(words - 8, 0, 8 * sizeof *words);
    words[-2] = reinterpret_cast<uintptr_t>(entry);
    return words - 8;
#else
    memset(words - 20, 0, 20 * sizeof *words);
    words[-20 + 11] = reinterpret_cast<uintptr_t>(entry);
    return words - 20;
#endif
}

bool FiberStacks::is_whole(size_t index) const {
    const unsigned char *end = stacks + index * bytes;
    for (size_t i = 0; i < end_bytes; i++) {
        if (end[i] != end_mark) return false;
    }
    return true;
}

void switch_fiber(void **from, void *to) { ajan_switch_fiber(from, to); }

}  // namespace emulation
