/* The journal of systemd, through libsystemd.so.0 (sd-journal(3)), which is loaded when it is first asked for. */
#ifndef LOGSCAN_JOURNAL_H
#define LOGSCAN_JOURNAL_H

#include <stddef.h>
#include <stdint.h>

typedef struct journal_reader journal_reader;

/* Which journal; exactly one of the members is used, in this order; all NULL is this machine's. */
typedef struct {
  const char *files; /* paths, each ended by a zero byte, and one more behind the last */
  const char *directory;
  const char *machine;
  const char *journal_namespace;
} journal_place;

/* Where a field's value lies in the caller's buffer; a length below 0: the entry does not have it. */
typedef struct {
  int32_t start, length;
} journal_range;
typedef struct {
  journal_range message, identifier, command, pid, syslog_pid, host, unit, priority, facility, source_time;
  uint64_t realtime; /* microseconds since 1970, as the journal received it */
} journal_entry;

/* All results: 0 or more when it worked, else a negative errno. */

/* -ELIBACC: there is no libsystemd, or one that lacks a function that is needed. */
int journal_open(const journal_place *place, journal_reader **reader);
void journal_close(journal_reader *reader);

int journal_seek_head(journal_reader *reader);
int journal_seek_time(journal_reader *reader, uint64_t microseconds);
/* Behind the entry of a cursor: 1 when that entry is still there, 0 when the journal begins after it. */
int journal_seek_behind(journal_reader *reader, const char *cursor);
/* Only entries of one boot: an id of 32 digits, or counted from the last (0, -1, ...) or the first (1, 2, ...);
   -ENXIO: there is no such boot. */
int journal_only_boot(journal_reader *reader, const char *id, int offset);

/* 1: there is another entry, 0: the end for now. */
int journal_next(journal_reader *reader);
/* The fields of the current entry, copied into buffer; what does not fit is cut. */
int journal_fields(journal_reader *reader, uint8_t *buffer, size_t room, journal_entry *entry);
/* The cursor of the current entry; to be given to journal_free. */
int journal_cursor(journal_reader *reader, char **cursor);
void journal_free(char *text);

/* Waits through a descriptor: poll it for reading, then let journal_changed take note. */
int journal_descriptor(journal_reader *reader);
int journal_changed(journal_reader *reader);

#endif
