#pragma once

/// How many times the calling thread has asked for memory since it began.
long allocation_count(void);

// Whether this thread's count leaves out what OpenBLAS allocates by itself.
void allocation_count_leave_out_openblas(int leave_out);
