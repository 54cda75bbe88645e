// What the build was made for, and what this processor has. Only C can ask its compiler the first;
// Swift reads this header with the same -march as it is compiled with.

#ifndef VITRINE_PROCESSOR_H
#define VITRINE_PROCESSOR_H

#include <stdbool.h>
#include <stdint.h>

// How many of the extensions that vitrine_processor_has knows the build uses: those of x86-64-v3 (AVX2, FMA and what
// comes with them) come first, those of x86-64-v4 (AVX-512) after them.
static inline int vitrine_build_extensions(void) {
#if defined(__x86_64__) && defined(__AVX512F__)
    return 11;
#elif defined(__x86_64__) && defined(__AVX2__)
    return 6;
#else
    return 0;
#endif
}

// Whether the processor, and the system that runs on it, have the extension at this place.
static inline bool vitrine_processor_has(int extension) {
#if defined(__x86_64__)
    __builtin_cpu_init();
    switch (extension) {
    case 0: return __builtin_cpu_supports("avx");
    case 1: return __builtin_cpu_supports("avx2");
    case 2: return __builtin_cpu_supports("fma");
    case 3: return __builtin_cpu_supports("bmi");
    case 4: return __builtin_cpu_supports("bmi2");
    case 5: return __builtin_cpu_supports("f16c");
    case 6: return __builtin_cpu_supports("avx512f");
    case 7: return __builtin_cpu_supports("avx512bw");
    case 8: return __builtin_cpu_supports("avx512cd");
    case 9: return __builtin_cpu_supports("avx512dq");
    case 10: return __builtin_cpu_supports("avx512vl");
    default: return true;
    }
#else
    return true;
#endif
}

// How many bytes the widest registers of this processor have that matrix products have tiles for (CProducts); 0 where it
// has none. The tiles are chosen when the program runs, whatever the build was made for.
static inline int vitrine_tile_register_bytes(void) {
#if defined(__x86_64__)
    if (!vitrine_processor_has(1) || !vitrine_processor_has(2)) return 0;
    bool has_avx512 = true;
    for (int extension = 6; extension <= 10; extension++) has_avx512 &= vitrine_processor_has(extension);
    return has_avx512 ? 64 : 32;
#elif defined(__aarch64__)
    return 16;
#else
    return 0;
#endif
}

// The C library's, under names of their own: it declares them for _GNU_SOURCE only.
extern int vitrine_gettid(void) __asm__("gettid");
extern int vitrine_sched_getcpu(void) __asm__("sched_getcpu");
extern int vitrine_sched_getaffinity(int process, unsigned long size, uint64_t *cores) __asm__("sched_getaffinity");
extern int vitrine_sched_setaffinity(int process, unsigned long size, const uint64_t *cores) __asm__("sched_setaffinity");

// The core on which this thread runs.
static inline int vitrine_core(void) { return vitrine_sched_getcpu(); }

// The system's number of this thread.
static inline int vitrine_thread(void) { return vitrine_gettid(); }

// Moves a thread of this process to a core, where it stays until it leaves.
static inline void vitrine_move_thread(int thread, int core) {
    uint64_t cores[16] = {0};
    if (thread <= 0 || core < 0 || core >= 1024) return;
    cores[core / 64] = UINT64_C(1) << core % 64;
    vitrine_sched_setaffinity(thread, sizeof cores, cores);
}

// Lets this thread go on on any core but one that `process` may use; does nothing where there is none.
static inline void vitrine_leave_core(int core, int process) {
    uint64_t cores[16] = {0}, others = 0;
    if (core < 0 || core >= 1024 || vitrine_sched_getaffinity(process, sizeof cores, cores) < 0) return;
    cores[core / 64] &= ~(UINT64_C(1) << core % 64);
    for (int word = 0; word < 16; word++) others |= cores[word];
    if (others) vitrine_sched_setaffinity(0, sizeof cores, cores);
}

#endif
