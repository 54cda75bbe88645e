// Stands in front of the C library's allocator and counts, so that tests can prove that a step
// allocates nothing. Linux with glibc only: elsewhere nothing is replaced and nothing is counted.
#define _GNU_SOURCE
#include "CAllocationCounter.h"
#include <dlfcn.h>
#include <errno.h>
#include <stddef.h>
#include <string.h>

static _Thread_local long count;
static _Thread_local int leaves_out_openblas;

void allocation_count_leave_out_openblas(int leave_out) { leaves_out_openblas = leave_out; }

/* OpenBLAS's kernels for AVX-512 take a buffer from malloc in small products. That is the library's
   business; what the test asks is whether our own step allocates. */
static void counted(void *caller) {
    if (leaves_out_openblas) {
        Dl_info info;
        if (dladdr(caller, &info) && info.dli_fname && strstr(info.dli_fname, "openblas")) return;
    }
    count += 1;
}

long allocation_count(void) { return count; }

#ifdef __GLIBC__
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t number, size_t size);
void *__libc_realloc(void *old, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

void *malloc(size_t size) {
    counted(__builtin_return_address(0));
    return __libc_malloc(size);
}

void *calloc(size_t number, size_t size) {
    counted(__builtin_return_address(0));
    return __libc_calloc(number, size);
}

void *realloc(void *old, size_t size) {
    counted(__builtin_return_address(0));
    return __libc_realloc(old, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
    counted(__builtin_return_address(0));
    return __libc_memalign(alignment, size);
}

int posix_memalign(void **result, size_t alignment, size_t size) {
    counted(__builtin_return_address(0));
    *result = __libc_memalign(alignment, size);
    return *result ? 0 : ENOMEM;
}
#endif
