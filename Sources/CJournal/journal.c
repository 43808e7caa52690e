#define _GNU_SOURCE
#include "journal.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct sd_journal sd_journal;

/* From <systemd/sd-journal.h>, whose interface is stable; the header itself is not needed to build. */
enum { SD_JOURNAL_LOCAL_ONLY = 1 };

/* The functions that are used: result, name, parameters. */
#define FUNCTIONS(F)                                                                  \
  F(int, sd_journal_open, (sd_journal **, int))                                       \
  F(int, sd_journal_open_directory, (sd_journal **, const char *, int))               \
  F(int, sd_journal_open_files, (sd_journal **, const char *const *, int))            \
  F(int, sd_journal_open_container, (sd_journal **, const char *, int))               \
  F(int, sd_journal_open_namespace, (sd_journal **, const char *, int))               \
  F(void, sd_journal_close, (sd_journal *))                                           \
  F(int, sd_journal_set_data_threshold, (sd_journal *, size_t))                       \
  F(int, sd_journal_add_match, (sd_journal *, const void *, size_t))                  \
  F(void, sd_journal_flush_matches, (sd_journal *))                                   \
  F(int, sd_journal_seek_head, (sd_journal *))                                        \
  F(int, sd_journal_seek_tail, (sd_journal *))                                        \
  F(int, sd_journal_seek_realtime_usec, (sd_journal *, uint64_t))                     \
  F(int, sd_journal_seek_cursor, (sd_journal *, const char *))                        \
  F(int, sd_journal_test_cursor, (sd_journal *, const char *))                        \
  F(int, sd_journal_get_cursor, (sd_journal *, char **))                              \
  F(int, sd_journal_next, (sd_journal *))                                             \
  F(int, sd_journal_previous, (sd_journal *))                                         \
  F(int, sd_journal_get_realtime_usec, (sd_journal *, uint64_t *))                    \
  F(int, sd_journal_get_data, (sd_journal *, const char *, const void **, size_t *))  \
  F(int, sd_journal_enumerate_available_data, (sd_journal *, const void **, size_t *)) \
  F(void, sd_journal_restart_data, (sd_journal *))                                    \
  F(int, sd_journal_get_fd, (sd_journal *))                                           \
  F(int, sd_journal_process, (sd_journal *))

#define DECLARE(result, name, parameters) static result(*name) parameters;
FUNCTIONS(DECLARE)

struct journal_reader {
  sd_journal *journal;
};

/* A message longer than this is cut when it is decompressed; lines are cut at 64 KiB. */
static const size_t longest_field = 1 << 17;

static int load(void) {
  static void *library;
  if (library) return 0;
  void *opened = dlopen("libsystemd.so.0", RTLD_NOW | RTLD_LOCAL);
  if (!opened) return -ELIBACC;
#define FIND(result, name, parameters) \
  if (!(name = (result(*) parameters)dlsym(opened, #name))) return -ELIBACC;
  FUNCTIONS(FIND)
  library = opened;
  return 0;
}

/* Opens the files of a list in which each path ends with a zero byte. */
static int open_files(sd_journal **journal, const char *files) {
  size_t count = 0;
  for (const char *path = files; *path; path += strlen(path) + 1) count++;
  const char **paths = calloc(count + 1, sizeof *paths);
  if (!paths) return -ENOMEM;
  count = 0;
  for (const char *path = files; *path; path += strlen(path) + 1) paths[count++] = path;
  int result = sd_journal_open_files(journal, paths, 0);
  free(paths);
  return result;
}

int journal_open(const journal_place *place, journal_reader **reader) {
  int result = load();
  if (result < 0) return result;
  sd_journal *journal = NULL;
  if (place->files)
    result = open_files(&journal, place->files);
  else if (place->directory)
    result = sd_journal_open_directory(&journal, place->directory, 0);
  else if (place->machine)
    result = sd_journal_open_container(&journal, place->machine, 0);
  else if (place->journal_namespace)
    result = sd_journal_open_namespace(&journal, place->journal_namespace, SD_JOURNAL_LOCAL_ONLY);
  else
    result = sd_journal_open(&journal, SD_JOURNAL_LOCAL_ONLY);
  if (result < 0) return result;
  sd_journal_set_data_threshold(journal, longest_field);
  *reader = malloc(sizeof **reader);
  if (!*reader) {
    sd_journal_close(journal);
    return -ENOMEM;
  }
  (*reader)->journal = journal;
  return 0;
}

void journal_close(journal_reader *reader) {
  sd_journal_close(reader->journal);
  free(reader);
}

int journal_seek_head(journal_reader *reader) { return sd_journal_seek_head(reader->journal); }

int journal_seek_time(journal_reader *reader, uint64_t microseconds) {
  return sd_journal_seek_realtime_usec(reader->journal, microseconds);
}

int journal_seek_behind(journal_reader *reader, const char *cursor) {
  int result = sd_journal_seek_cursor(reader->journal, cursor);
  if (result >= 0) result = sd_journal_next(reader->journal);
  if (result <= 0) return result;
  result = sd_journal_test_cursor(reader->journal, cursor);
  /* Not the entry itself but one that follows it: it is still to be read. */
  if (result == 0) {
    int back = sd_journal_seek_cursor(reader->journal, cursor);
    if (back < 0) return back;
  }
  return result;
}

/* The boot of the current entry, as the match `_BOOT_ID=...`. */
static int boot_here(sd_journal *journal, char match[64]) {
  const void *data;
  size_t length;
  int result = sd_journal_get_data(journal, "_BOOT_ID", &data, &length);
  if (result < 0) return result;
  if (length >= 64) return -EBADMSG;
  memcpy(match, data, length);
  match[length] = 0;
  return 0;
}

/* From the last boot back, or from the first on: beyond the edge of each boot lies the one next to it. */
static int boot_by_offset(sd_journal *journal, int offset, char match[64]) {
  int backward = offset <= 0, steps = backward ? -offset : offset - 1;
  int result = backward ? sd_journal_seek_tail(journal) : sd_journal_seek_head(journal);
  if (result >= 0) result = backward ? sd_journal_previous(journal) : sd_journal_next(journal);
  while (result > 0) {
    result = boot_here(journal, match);
    if (result < 0 || steps-- == 0) return result;
    result = sd_journal_add_match(journal, match, 0);
    if (result >= 0) result = backward ? sd_journal_seek_head(journal) : sd_journal_seek_tail(journal);
    if (result >= 0) result = backward ? sd_journal_next(journal) : sd_journal_previous(journal);
    sd_journal_flush_matches(journal);
    if (result > 0) result = backward ? sd_journal_previous(journal) : sd_journal_next(journal);
  }
  return result < 0 ? result : -ENXIO;
}

int journal_only_boot(journal_reader *reader, const char *id, int offset) {
  char match[64];
  int result = 0;
  if (id)
    snprintf(match, sizeof match, "_BOOT_ID=%.32s", id);
  else
    result = boot_by_offset(reader->journal, offset, match);
  if (result < 0) return result;
  result = sd_journal_add_match(reader->journal, match, 0);
  if (result < 0) return result;
  /* An id nobody has is told apart from a boot in which nothing was written. */
  result = sd_journal_seek_head(reader->journal);
  if (result >= 0) result = sd_journal_next(reader->journal);
  return result == 0 ? -ENXIO : result < 0 ? result : 0;
}

int journal_next(journal_reader *reader) { return sd_journal_next(reader->journal); }

static const struct {
  const char *name;
  size_t length, place;
} fields[] = {
#define NAMED(name, member) {name "=", sizeof name, offsetof(journal_entry, member)}
    NAMED("MESSAGE", message),       NAMED("SYSLOG_IDENTIFIER", identifier), NAMED("_COMM", command),
    NAMED("_PID", pid),              NAMED("SYSLOG_PID", syslog_pid),        NAMED("_HOSTNAME", host),
    NAMED("_SYSTEMD_UNIT", unit),    NAMED("PRIORITY", priority),            NAMED("SYSLOG_FACILITY", facility),
    NAMED("_SOURCE_REALTIME_TIMESTAMP", source_time),
};
static const size_t field_count = sizeof fields / sizeof *fields;

/* The range that a field is kept in, and where its value begins; NULL for those that are not wanted. */
static journal_range *range_of(journal_entry *entry, const char *data, size_t length, size_t *skip) {
  for (size_t i = 0; i < field_count; i++)
    if (length >= fields[i].length && data[1] == fields[i].name[1] && memcmp(data, fields[i].name, fields[i].length) == 0) {
      *skip = fields[i].length;
      return (journal_range *)((char *)entry + fields[i].place);
    }
  return NULL;
}

/* What libsystemd gives out is valid only until its next call, so it is copied. */
int journal_fields(journal_reader *reader, uint8_t *buffer, size_t room, journal_entry *entry) {
  size_t used = 0, length, skip;
  const void *data;
  for (size_t i = 0; i < field_count; i++) ((journal_range *)((char *)entry + fields[i].place))->length = -1;
  int result = sd_journal_get_realtime_usec(reader->journal, &entry->realtime);
  if (result < 0) return result;
  sd_journal_restart_data(reader->journal);
  while ((result = sd_journal_enumerate_available_data(reader->journal, &data, &length)) > 0) {
    journal_range *range = range_of(entry, data, length, &skip);
    if (!range || range->length >= 0) continue;
    size_t size = length - skip;
    if (size > room - used) size = room - used;
    memcpy(buffer + used, (const char *)data + skip, size);
    range->start = (int32_t)used;
    range->length = (int32_t)size;
    used += size;
  }
  return result;
}

int journal_cursor(journal_reader *reader, char **cursor) { return sd_journal_get_cursor(reader->journal, cursor); }

void journal_free(char *text) { free(text); }

int journal_descriptor(journal_reader *reader) { return sd_journal_get_fd(reader->journal); }

int journal_changed(journal_reader *reader) { return sd_journal_process(reader->journal); }
