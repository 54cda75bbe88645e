#pragma once

/// How many times the calling thread has asked for memory since it began.
long allocation_count(void);
