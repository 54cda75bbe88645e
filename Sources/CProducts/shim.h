// The innermost loops of matrix products, for each width of registers. They are in C because a function of C can be
// compiled for a processor that the rest of the build is not for, and be called where the processor turns out to have it.

#ifndef VITRINE_PRODUCTS_H
#define VITRINE_PRODUCTS_H

#include <stdbool.h>
#include <stddef.h>

// The cache lines of a block of a matrix, prefetched a few at a time.
typedef struct {
    // Where the walk is: a row, and a place in it.
    const float *row;
    ptrdiff_t place;
    // How many rows are left, how long they are, and how far apart.
    ptrdiff_t left, width, stride;
    // How many lines are prefetched at once.
    ptrdiff_t at_once;
} vitrine_lines;

// The product of a tile's rows and a panel:
//
//     result[r, c] = start[r, c] + Σₖ factors[r, k] · panel[k, c]
//
// Each sum grows by one fused multiplication and addition after the other, whatever the width of the registers, so all
// of these functions give the same numbers.
typedef struct {
    // The number of products in each sum.
    ptrdiff_t depth;
    // The tile's first row of the left factor; the distance between rows, and between elements of a sum.
    const float *factors;
    ptrdiff_t row_stride, step;
    // [depth, columns], packed.
    const float *panel;
    // What the sums start from; with a stride of 0 the same for every row.
    const float *start;
    ptrdiff_t start_stride;
    float *result;
    ptrdiff_t result_stride;
    // The cache lines to prefetch meanwhile.
    vitrine_lines ahead;
} vitrine_tile;

// Prefetches the next lines.
static inline __attribute__((always_inline)) void vitrine_prefetch(vitrine_lines *lines) {
    for (ptrdiff_t line = 0; line < lines->at_once; line++) {
        if (lines->left <= 0) return;
        __builtin_prefetch(lines->row + lines->place, 0, 3);
        lines->place += 16;
        if (lines->place >= lines->width) {
            lines->place = 0;
            lines->row += lines->stride;
            lines->left--;
        }
    }
}

#define VITRINE_ONE_TILE(rows, vectors) case rows: VITRINE_NAME(body)(tile, rows, vectors); break;
#define VITRINE_SIX_TILES(vectors)                                                                                     \
    VITRINE_ONE_TILE(1, vectors) VITRINE_ONE_TILE(2, vectors) VITRINE_ONE_TILE(3, vectors)                             \
    VITRINE_ONE_TILE(4, vectors) VITRINE_ONE_TILE(5, vectors) VITRINE_ONE_TILE(6, vectors)
#define VITRINE_FOURTEEN_TILES(vectors)                                                                                \
    VITRINE_SIX_TILES(vectors) VITRINE_ONE_TILE(7, vectors) VITRINE_ONE_TILE(8, vectors)                               \
    VITRINE_ONE_TILE(9, vectors) VITRINE_ONE_TILE(10, vectors) VITRINE_ONE_TILE(11, vectors)                           \
    VITRINE_ONE_TILE(12, vectors) VITRINE_ONE_TILE(13, vectors) VITRINE_ONE_TILE(14, vectors)

#if defined(__x86_64__)

// Registers of 64 bytes: 14 rows of 32 columns stay in 28 of 32.
#define VITRINE_NAME(name) vitrine_##name##_avx512
#define VITRINE_FLOATS 16
// Where compilers prefer registers of 32 bytes, as they do for x86-64-v4, a vector of 64 bytes would become two of them, and
// the sums would not fit.
#define VITRINE_TARGET __attribute__((target("avx512f,avx512vl,avx512dq,avx512bw,fma"), __min_vector_width__(512)))
#include "tile.h"
// Multiplies up to 14 rows and 32 columns.
static __attribute__((noinline)) VITRINE_TARGET void vitrine_multiply_32_avx512(const vitrine_tile *tile, ptrdiff_t rows) {
    switch (rows) { VITRINE_FOURTEEN_TILES(2) }
}
// Multiplies up to 14 rows and 16 columns.
static __attribute__((noinline)) VITRINE_TARGET void vitrine_multiply_16_avx512(const vitrine_tile *tile, ptrdiff_t rows) {
    switch (rows) { VITRINE_FOURTEEN_TILES(1) }
}
#undef VITRINE_NAME
#undef VITRINE_FLOATS
#undef VITRINE_TARGET

// Registers of 32 bytes: 6 rows of 16 columns stay in 12 of 16.
#define VITRINE_NAME(name) vitrine_##name##_narrow
#define VITRINE_FLOATS 8
#define VITRINE_TARGET __attribute__((target("avx2,fma")))
#include "tile.h"

#elif defined(__aarch64__)

// Registers of 16 bytes: 6 rows of 16 columns stay in 24 of 32.
#define VITRINE_NAME(name) vitrine_##name##_narrow
#define VITRINE_FLOATS 4
#define VITRINE_TARGET
#include "tile.h"

#endif

#if defined(VITRINE_NAME)
// Multiplies up to 6 rows and 16 columns.
static __attribute__((noinline)) VITRINE_TARGET void vitrine_multiply_16_narrow(const vitrine_tile *tile, ptrdiff_t rows) {
    switch (rows) { VITRINE_SIX_TILES(16 / VITRINE_FLOATS) }
}
#undef VITRINE_NAME
#undef VITRINE_FLOATS
#undef VITRINE_TARGET
#endif

// Multiplies a tile of `rows` rows and `columns` columns, 16 or 32.
//
// - wide: whether the processor has registers of 64 bytes. Then a tile has up to 14 rows, else up to 6, and 16 columns.
static inline void vitrine_multiply(const vitrine_tile *tile, ptrdiff_t rows, ptrdiff_t columns, bool wide) {
#if defined(__x86_64__)
    if (wide && columns == 32) return vitrine_multiply_32_avx512(tile, rows);
    if (wide) return vitrine_multiply_16_avx512(tile, rows);
#endif
    vitrine_multiply_16_narrow(tile, rows);
}

#endif
