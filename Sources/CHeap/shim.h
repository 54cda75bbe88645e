// mallopt, which the Glibc module of Swift leaves out.
#include <malloc.h>
