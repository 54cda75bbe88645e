// One tile for registers of VITRINE_FLOATS floats; included once for each width. `rows` and `vectors` are constants where it
// is called, so that the compiler keeps the sums in registers and leaves no loop over rows.

typedef float VITRINE_NAME(vector) __attribute__((ext_vector_type(VITRINE_FLOATS)));
typedef VITRINE_NAME(vector) VITRINE_NAME(anywhere) __attribute__((aligned(4)));

static inline __attribute__((always_inline)) VITRINE_TARGET void VITRINE_NAME(body)(
    const vitrine_tile *tile, const ptrdiff_t rows, const ptrdiff_t vectors) {
    VITRINE_NAME(vector) sums[14][4];
    _Pragma("clang loop unroll(full)") for (ptrdiff_t row = 0; row < rows; row++) {
        _Pragma("clang loop unroll(full)") for (ptrdiff_t vector = 0; vector < vectors; vector++) {
            sums[row][vector] = *(const VITRINE_NAME(anywhere) *)(
                tile->start + row * tile->start_stride + vector * VITRINE_FLOATS);
        }
    }
    const float *factors = tile->factors, *panel = tile->panel;
    const ptrdiff_t row_stride = tile->row_stride, step = tile->step;
    vitrine_lines ahead = tile->ahead;
    for (ptrdiff_t left = tile->depth; left > 0; left -= 8) {
        const ptrdiff_t some = left < 8 ? left : 8;
        _Pragma("clang loop unroll(disable)") for (ptrdiff_t index = 0; index < some; index++) {
            VITRINE_NAME(vector) columns[4];
            _Pragma("clang loop unroll(full)") for (ptrdiff_t vector = 0; vector < vectors; vector++) {
                columns[vector] = *(const VITRINE_NAME(anywhere) *)(panel + vector * VITRINE_FLOATS);
            }
            _Pragma("clang loop unroll(full)") for (ptrdiff_t row = 0; row < rows; row++) {
                const VITRINE_NAME(vector) factor = (VITRINE_NAME(vector))(factors[row * row_stride]);
                _Pragma("clang loop unroll(full)") for (ptrdiff_t vector = 0; vector < vectors; vector++) {
                    sums[row][vector] = __builtin_elementwise_fma(factor, columns[vector], sums[row][vector]);
                }
            }
            factors += step;
            panel += vectors * VITRINE_FLOATS;
        }
        vitrine_prefetch(&ahead);
    }
    _Pragma("clang loop unroll(full)") for (ptrdiff_t row = 0; row < rows; row++) {
        _Pragma("clang loop unroll(full)") for (ptrdiff_t vector = 0; vector < vectors; vector++) {
            *(VITRINE_NAME(anywhere) *)(tile->result + row * tile->result_stride + vector * VITRINE_FLOATS) =
                sums[row][vector];
        }
    }
}
