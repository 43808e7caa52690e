"""Writes systemd journal files as journald does (systemd.io/JOURNAL_FILE_FORMAT), so that tests need no journald.

  journal_file.py EXPORT JOURNAL     from journalctl's export form to a journal file
"""
import mmap
import os
import struct
import sys
from pathlib import Path

DATA, FIELD, ENTRY, DATA_HASH_TABLE, FIELD_HASH_TABLE, ENTRY_ARRAY = range(1, 7)
OFFLINE, ONLINE, ARCHIVED = range(3)
HEADER_SIZE = 256
GROWTH = 8 << 20
MASK = 0xFFFFFFFF


def jenkins(data):
    """The hash of files without keys: Bob Jenkins' lookup3, hashlittle2, both halves."""
    a = b = c = (0xDEADBEEF + len(data)) & MASK
    if not data:
        return c << 32 | b
    tail = (len(data) - 1) // 12 * 12
    words = struct.unpack(f"<{tail // 4}I", data[:tail])
    for i in range(0, len(words), 3):
        a, b, c = (a + words[i]) & MASK, (b + words[i + 1]) & MASK, (c + words[i + 2]) & MASK
        a = (a - c) & MASK ^ (c << 4 | c >> 28) & MASK; c = (c + b) & MASK  # noqa: E702
        b = (b - a) & MASK ^ (a << 6 | a >> 26) & MASK; a = (a + c) & MASK  # noqa: E702
        c = (c - b) & MASK ^ (b << 8 | b >> 24) & MASK; b = (b + a) & MASK  # noqa: E702
        a = (a - c) & MASK ^ (c << 16 | c >> 16) & MASK; c = (c + b) & MASK  # noqa: E702
        b = (b - a) & MASK ^ (a << 19 | a >> 13) & MASK; a = (a + c) & MASK  # noqa: E702
        c = (c - b) & MASK ^ (b << 4 | b >> 28) & MASK; b = (b + a) & MASK  # noqa: E702
    x, y, z = struct.unpack("<3I", data[tail:].ljust(12, b"\0"))
    a, b, c = (a + x) & MASK, (b + y) & MASK, (c + z) & MASK
    c = ((c ^ b) - (b << 14 | b >> 18)) & MASK
    a = ((a ^ c) - (c << 11 | c >> 21)) & MASK
    b = ((b ^ a) - (a << 25 | a >> 7)) & MASK
    c = ((c ^ b) - (b << 16 | b >> 16)) & MASK
    a = ((a ^ c) - (c << 4 | c >> 28)) & MASK
    b = ((b ^ a) - (a << 14 | a >> 18)) & MASK
    c = ((c ^ b) - (b << 24 | b >> 8)) & MASK
    return c << 32 | b


class JournalFile:
    """One journal file; append() makes entries visible to readers at once."""

    def __init__(self, path, machine=bytes(range(16)), first=1, buckets=4096):
        self.path = Path(path)
        self.descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o640)
        os.ftruncate(self.descriptor, GROWTH)
        self.map = mmap.mmap(self.descriptor, GROWTH)
        self.end = HEADER_SIZE
        self.seqnum = first - 1
        self.first = first
        self.objects, self.last_object = 0, 0
        self.data, self.fields = {}, {}
        # Of the file, and of each data object: last array, items used in it, items it has room for.
        self.entry_array = [0, 0, 0]
        self.arrays = {}
        self.counts = dict.fromkeys(("entries", "data", "fields", "arrays"), 0)
        file_id = os.urandom(16)
        struct.pack_into("<8sIIB7x16s16s16s16sQ", self.map, 0, b"LPKSHHRH", 0, 0, ONLINE, file_id, machine, bytes(16),
                         file_id, HEADER_SIZE)
        self.buckets = {}
        for kind, at, count in ((DATA_HASH_TABLE, 104, buckets), (FIELD_HASH_TABLE, 120, 333)):
            offset = self.allocate(kind, 16 + 16 * count)
            self.put(at, offset + 16)
            self.put(at + 8, 16 * count)
            self.buckets[kind] = (offset + 16, count)
        self.note()

    def put(self, offset, value):
        struct.pack_into("<Q", self.map, offset, value)

    def get(self, offset):
        return struct.unpack_from("<Q", self.map, offset)[0]

    def allocate(self, kind, size):
        offset = self.end
        self.end = (offset + size + 7) & ~7
        if self.end > len(self.map):
            size_now = len(self.map) + max(GROWTH, len(self.map) // 4 & ~4095)
            os.ftruncate(self.descriptor, size_now)
            self.map.resize(size_now)
        struct.pack_into("<B7xQ", self.map, offset, kind, size)
        self.objects += 1
        self.last_object = offset
        return offset

    def chain(self, kind, offset, value):
        """Puts a data or field object into its hash table."""
        table, count = self.buckets[kind]
        bucket = table + 16 * (value % count)
        last = self.get(bucket + 8)
        self.put(last + 24 if last else bucket, offset)
        self.put(bucket + 8, offset)

    def field(self, name):
        if name not in self.fields:
            value = jenkins(name)
            offset = self.allocate(FIELD, 40 + len(name))
            self.put(offset + 16, value)
            self.map[offset + 40:offset + 40 + len(name)] = name
            self.chain(FIELD_HASH_TABLE, offset, value)
            self.fields[name] = offset
            self.counts["fields"] += 1
        return self.fields[name]

    def datum(self, payload):
        """The offset of a data object, and its hash."""
        if payload not in self.data:
            value = jenkins(payload)
            offset = self.allocate(DATA, 64 + len(payload))
            self.put(offset + 16, value)
            self.map[offset + 64:offset + 64 + len(payload)] = payload
            self.chain(DATA_HASH_TABLE, offset, value)
            field = self.field(payload.split(b"=", 1)[0])
            self.put(offset + 32, self.get(field + 32))
            self.put(field + 32, offset)
            self.data[payload] = (offset, value)
            self.counts["data"] += 1
        return self.data[payload]

    def link(self, place, array, entry):
        """Adds an entry to a chain of entry arrays that begins at `place`."""
        last, used, room = array
        if used == room:
            room = max(4, 2 * room)
            new = self.allocate(ENTRY_ARRAY, 24 + 8 * room)
            self.put(last + 16 if last else place, new)
            last, used = new, 0
            self.counts["arrays"] += 1
        self.put(last + 24 + 8 * used, entry)
        array[:] = [last, used + 1, room]

    def append(self, fields, realtime, monotonic=None, boot=bytes(16)):
        """Fields as pairs of bytes; times in microseconds."""
        payloads = [name + b"=" + value for name, value in fields] + [b"_BOOT_ID=" + boot.hex().encode()]
        items = sorted({self.datum(payload) for payload in payloads})
        self.seqnum += 1
        total = 0
        for _, value in items:
            total ^= value
        monotonic = self.seqnum * 1000 if monotonic is None else monotonic
        offset = self.allocate(ENTRY, 64 + 16 * len(items))
        struct.pack_into("<QQQ16sQ", self.map, offset + 16, self.seqnum, realtime, monotonic, boot, total)
        for i, item in enumerate(items):
            struct.pack_into("<QQ", self.map, offset + 64 + 16 * i, *item)
        self.link(176, self.entry_array, offset)
        for datum, _ in items:
            count = self.get(datum + 56)
            if count == 0:
                self.put(datum + 40, offset)
            else:
                self.link(datum + 48, self.arrays.setdefault(datum, [0, 0, 0]), offset)
            self.put(datum + 56, count + 1)
        self.counts["entries"] += 1
        self.map[56:72] = boot
        if self.counts["entries"] == 1:
            self.put(184, realtime)
        self.put(192, realtime)
        self.put(200, monotonic)
        self.note()

    def note(self):
        """Brings the header up to date."""
        counts = self.counts
        struct.pack_into("<Q", self.map, 96, len(self.map) - HEADER_SIZE)
        struct.pack_into("<5Q", self.map, 136, self.last_object, self.objects, counts["entries"], self.seqnum, self.first)
        struct.pack_into("<4Q", self.map, 208, counts["data"], counts["fields"], 0, counts["arrays"])

    def flush(self):
        """Wakes those who wait: writing through a mapping does not, so the file is given the size it has, as journald does."""
        os.ftruncate(self.descriptor, len(self.map))

    def close(self, archive=None):
        """Ends the file; `archive` is the name it goes by from then on."""
        self.map[16] = ARCHIVED if archive else OFFLINE
        self.flush()
        self.map.close()
        os.close(self.descriptor)
        if archive:
            self.path.rename(self.path.with_name(archive))


def entries(export):
    """The entries of journalctl's export form: lists of pairs of bytes."""
    position, fields = 0, []
    while position < len(export):
        end = export.index(b"\n", position)
        line = export[position:end]
        position = end + 1
        if not line:
            if fields:
                yield fields
            fields = []
        elif b"=" in line:
            fields.append(tuple(line.split(b"=", 1)))
        else:
            length = int.from_bytes(export[position:position + 8], "little")
            fields.append((line, export[position + 8:position + 8 + length]))
            position += 9 + length
    if fields:
        yield fields


def append_entry(journal, fields):
    known = dict(fields)
    boot = bytes.fromhex(known.get(b"_BOOT_ID", b"00" * 16).decode())
    monotonic = known.get(b"__MONOTONIC_TIMESTAMP")
    kept = [field for field in fields if not field[0].startswith(b"__") and field[0] != b"_BOOT_ID"]
    journal.append(kept, int(known[b"__REALTIME_TIMESTAMP"]), int(monotonic) if monotonic else None, boot)


def convert(export, path):
    """A journal file with the entries of an export."""
    journal = JournalFile(path)
    for fields in entries(export):
        append_entry(journal, fields)
    journal.close()
    return path


if __name__ == "__main__":
    convert(Path(sys.argv[1]).read_bytes(), sys.argv[2])
