// What matrix products need of the compiler that Swift does not offer. Swift reads this header with
// the same -march as it is compiled with.

#ifndef VITRINE_PRODUCTS_H
#define VITRINE_PRODUCTS_H

// Asks the processor to bring the cache line at this address nearer.
static inline void vitrine_prefetch(const void *address) {
    __builtin_prefetch(address, 0, 3);
}

#endif
