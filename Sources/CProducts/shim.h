// What matrix products need of the compiler that Swift does not offer. Swift reads this header with
// the same -march as it is compiled with.

#ifndef VITRINE_PRODUCTS_H
#define VITRINE_PRODUCTS_H

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
