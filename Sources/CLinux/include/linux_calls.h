/* System calls of Linux that Swift's Glibc module leaves out. */
#ifndef LINUX_CALLS_H
#define LINUX_CALLS_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <stdint.h>

/* eventfd(2), closed on exec and without waiting. -1 on failure. */
int linux_eventfd(void);
/* Adds to its counter. */
void linux_eventfd_add(int descriptor, uint64_t value);
/* pipe2(2), closed on exec. 0 or -1. */
int linux_pipe(int ends[2]);
/* Whether the kernel knows the clock to be synchronised (adjtimex(2)): 1, 0, or -1 when it does not say. */
int linux_clock_is_synchronised(void);

#endif
