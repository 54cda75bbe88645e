// What the build was made for, and what this processor has. Only C can ask its compiler the first;
// Swift reads this header with the same -march as it is compiled with.

#ifndef VITRINE_PROCESSOR_H
#define VITRINE_PROCESSOR_H

#include <stdbool.h>

// Whether the build uses the instructions of x86-64-v3 (AVX2, FMA and what comes with them).
static inline bool vitrine_build_needs_v3(void) {
#if defined(__x86_64__) && defined(__AVX2__)
    return true;
#else
    return false;
#endif
}

// Whether the processor, and the system that runs on it, have the extension at this place of
// vitrine_extension_name.
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
    default: return true;
    }
#else
    return true;
#endif
}

#endif
