"""What OpenBLAS makes of a large product on all cores, in floating-point operations per second: the most that a step could reach.

Answers each line on standard input with the rates of a few products. In a process of its own, so that an engine's own OpenBLAS
keeps its one thread, and because OPENBLAS_CORETYPE, which chooses the kernels, is read when the library is opened.
"""
import ctypes
import os
import sys
import time

SIZE = 2048
COUNT = 4


def main():
    library = ctypes.CDLL("libopenblas.so.0")
    library.openblas_set_num_threads(len(os.sched_getaffinity(0)))
    library.openblas_get_corename.restype = ctypes.c_char_p
    a, b, product = ((ctypes.c_float * SIZE ** 2)(*(i % n for i in range(SIZE ** 2))) for n in (7, 5, 1))
    one, zero = ctypes.c_float(1), ctypes.c_float(0)

    def rate():
        start = time.perf_counter()
        library.cblas_sgemm(101, 111, 111, SIZE, SIZE, SIZE, one, a, SIZE, b, SIZE, zero, product, SIZE)
        return 2 * SIZE ** 3 / (time.perf_counter() - start)

    print(library.openblas_get_corename().decode(), flush=True)
    for _ in sys.stdin:
        rate()   # wakes the threads
        print(*(rate() for _ in range(COUNT)), flush=True)


if __name__ == "__main__":
    main()
