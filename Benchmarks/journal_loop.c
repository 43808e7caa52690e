/* The yardstick of reading a journal: every entry once, its MESSAGE and nothing else. */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

typedef struct sd_journal sd_journal;
int sd_journal_open_files(sd_journal **journal, const char **paths, int flags);
int sd_journal_next(sd_journal *journal);
int sd_journal_get_data(sd_journal *journal, const char *field, const void **data, size_t *length);
void sd_journal_close(sd_journal *journal);

int main(int count, char **arguments) {
  sd_journal *journal;
  const void *data;
  size_t length;
  uint64_t entries = 0, bytes = 0;
  if (count < 2 || sd_journal_open_files(&journal, (const char **)arguments + 1, 0) < 0) return 1;
  while (sd_journal_next(journal) > 0) {
    entries++;
    if (sd_journal_get_data(journal, "MESSAGE", &data, &length) >= 0) bytes += length;
  }
  sd_journal_close(journal);
  printf("%llu entries, %llu bytes\n", (unsigned long long)entries, (unsigned long long)bytes);
  return 0;
}
