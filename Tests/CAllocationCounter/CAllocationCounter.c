// Stands in front of the C library's allocator and counts, so that tests can prove that a step
// allocates nothing. Linux with glibc only: elsewhere nothing is replaced and nothing is counted.
#define _GNU_SOURCE
#include "CAllocationCounter.h"
#include <errno.h>
#include <stddef.h>

static _Thread_local long count;

long allocation_count(void) { return count; }

#ifdef __GLIBC__
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t number, size_t size);
void *__libc_realloc(void *old, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

void *malloc(size_t size) {
    count += 1;
    return __libc_malloc(size);
}

void *calloc(size_t number, size_t size) {
    count += 1;
    return __libc_calloc(number, size);
}

void *realloc(void *old, size_t size) {
    count += 1;
    return __libc_realloc(old, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
    count += 1;
    return __libc_memalign(alignment, size);
}

int posix_memalign(void **result, size_t alignment, size_t size) {
    count += 1;
    *result = __libc_memalign(alignment, size);
    return *result ? 0 : ENOMEM;
}
#endif
