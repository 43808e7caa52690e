#define _GNU_SOURCE
#include "linux_calls.h"

#include <fcntl.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/timex.h>
#include <unistd.h>

int linux_eventfd(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

void linux_eventfd_add(int descriptor, uint64_t value) { (void)eventfd_write(descriptor, value); }

int linux_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC); }

int linux_clock_is_synchronised(void) {
  struct timex state;
  memset(&state, 0, sizeof state);
  if (adjtimex(&state) < 0) return -1;
  return (state.status & STA_UNSYNC) == 0;
}
