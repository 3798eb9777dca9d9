// Included by every scalar variant: plain C stays plain. No fused contraction, no vectorised loops,
// so the reference means the same on every compiler flag and machine.
#ifndef CK_SCALAR_H
#define CK_SCALAR_H
#pragma STDC FP_CONTRACT OFF
#define CK_PLAIN _Pragma("clang loop vectorize(disable) interleave(disable)")
#endif
