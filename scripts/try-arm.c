// Compares the tiles of CProducts with sums of one fused multiplication and addition after the other, bit by bit: what
// TileProductTests does, without Swift, for processors that Swift's compiler is not at hand for. scripts/try-arm runs it.
#include "../Sources/CProcessor/shim.h"
#include "../Sources/CProducts/shim.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { most_rows = 14, most_columns = 32, most_depth = 27 };

static int compared, wrong;

// Multiplies one tile and compares it. Its fractions are rounded at every step.
static void compare(int rows, int columns, int depth, bool wide) {
    float factors[most_rows * most_depth], panel[most_depth * most_columns], start[most_columns];
    float result[most_rows * most_columns];
    for (int index = 0; index < rows * depth; index++) factors[index] = (float)(index * 7919 % 101 - 50) / 7;
    for (int index = 0; index < depth * columns; index++) panel[index] = (float)(index * 104729L % 97 - 48) / 11;
    for (int column = 0; column < columns; column++) start[column] = (float)column / 3;
    vitrine_tile tile = {
        .depth = depth, .factors = factors, .row_stride = depth, .step = 1, .panel = panel, .start = start,
        .result = result, .result_stride = columns,
        .ahead = {.row = panel, .left = depth, .width = columns, .stride = columns, .at_once = 1},
    };
    vitrine_multiply(&tile, rows, columns, wide);
    for (int row = 0; row < rows; row++) {
        for (int column = 0; column < columns; column++) {
            float sum = start[column];
            for (int index = 0; index < depth; index++) {
                sum = fmaf(factors[row * depth + index], panel[index * columns + column], sum);
            }
            compared++;
            if (memcmp(&sum, &result[row * columns + column], sizeof sum)) {
                wrong++;
                printf("%d × %d, depth %d: [%d, %d] is %a instead of %a\n", rows, columns, depth, row, column,
                       result[row * columns + column], sum);
            }
        }
    }
}

int main(void) {
    const int bytes = vitrine_tile_register_bytes(), depths[] = {1, 8, 27};
    for (int place = 0; place < 3; place++) {
        for (int rows = 1; bytes && rows <= 6; rows++) compare(rows, 16, depths[place], false);
        for (int rows = 1; bytes == 64 && rows <= most_rows; rows++) {
            compare(rows, 16, depths[place], true);
            compare(rows, 32, depths[place], true);
        }
    }
    printf("registers of %d bytes: %d sums compared, %d differ\n", bytes, compared, wrong);
    return wrong || !compared;
}
