// Transposes W vectors of W lanes in place: interleaves halves, log2 W times.
CK_INLINE void transpose_block(vf x[CK_WIDTH]) {
    for (int stage = 1; stage < CK_WIDTH; stage *= 2) {
        vf y[CK_WIDTH];
        for (int i = 0; i < CK_WIDTH / 2; i++) {
            vf a = x[i], b = x[i + CK_WIDTH / 2];
#if CK_WIDTH == 16
            y[2 * i] = __builtin_shufflevector(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6,
                                               22, 7, 23);
            y[2 * i + 1] = __builtin_shufflevector(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13,
                                                   29, 14, 30, 15, 31);
#else
            y[2 * i] = __builtin_shufflevector(a, b, 0, 8, 1, 9, 2, 10, 3, 11);
            y[2 * i + 1] = __builtin_shufflevector(a, b, 4, 12, 5, 13, 6, 14, 7, 15);
#endif
        }
        for (int i = 0; i < CK_WIDTH; i++) x[i] = y[i];
    }
}
