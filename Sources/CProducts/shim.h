// What matrix products need of the compiler that Swift does not offer. Swift reads this header with
// the same -march as it is compiled with.

#ifndef VITRINE_PRODUCTS_H
#define VITRINE_PRODUCTS_H

// How many bytes a vector register of the processor that the build is for has.
static inline int vitrine_vector_register_bytes(void) {
#if defined(__AVX512F__)
    return 64;
#elif defined(__AVX2__) && defined(__FMA__)
    return 32;
#else
    return 16;
#endif
}

// The same for the processor that this runs on, as far as it can be asked.
static inline int vitrine_processor_register_bytes(void) {
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512f")) return 64;
    return __builtin_cpu_supports("avx2") ? 32 : 16;
#else
    return 16;
#endif
}

// Asks the processor to bring the cache line at this address nearer.
static inline void vitrine_prefetch(const void *address) {
    __builtin_prefetch(address, 0, 3);
}

// How many floats vitrine_packing_memory has: a panel of 256 × 32 and a tile of 16 × 32.
enum { vitrine_packing_count = 272 * 32 };

// Memory of the calling thread's own, for what it packs.
static inline float *vitrine_packing_memory(void) {
    static __thread float memory[vitrine_packing_count] __attribute__((aligned(64)));
    return memory;
}

#endif
