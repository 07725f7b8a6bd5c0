#!/usr/bin/env python3
"""Judge from a trace of system calls whether a relay confirmed anything before it was on the disk.

    trial trace --out TRACE          members work while strace writes down what the relay asks for
    python3 tests/durable.py TRACE

The relay says in its own traces, on standard error, which message and which record it is about to
confirm: `confirmed id=<id>`, `confirmed record=<number> commitment=<digest>`. The line is
written before the answer is handed to the network, so what must come before the answer must come
before the line. For each of them this program demands, in this order:

  1. a finished write, to some file, of bytes that hold the id or the commitment (as CBOR);
  2. a sync of that same file, begun after that write had finished, and finished without an error;
  3. the line.

For a message with documents it demands too that all bytes of each of them were synced, and its new
name with its folder, before the line.

Exit status: 0 everything was in order, 5 something was confirmed too early, 2 called wrongly.
`--self-test` judges small traces of which the verdict is known.
"""

import argparse
import re
import sys

OK, USAGE, TOO_EARLY = 0, 2, 5

# One line: a call begun and finished, only begun, or only finished.
WHOLE = re.compile(r"(\d+) +(\w+)\((.*)\) += (-?\d+)")
BEGUN = re.compile(r"(\d+) +(\w+)\((.*) <unfinished \.\.\.>$")
FINISHED = re.compile(r"(\d+) +<\.\.\. (\w+) resumed>.*\) += (-?\d+)")

DESCRIPTOR = re.compile(r"(\d+)<([^>]*)>")
STRING = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')

CONFIRMED = re.compile(rb"confirmed.*?(?:id=([0-9a-f]{32})|commitment=([0-9a-f]{64}))")

# Byte strings of 16 and of 32 bytes, as CBOR begins them; they may overlap by accident.
ID = re.compile(rb"(?=\x50(.{16}))", re.DOTALL)
DIGEST = re.compile(rb"(?=\x58\x20(.{32}))", re.DOTALL)

STANDARD_ERROR = 2


def text_of(hexadecimal):
    return bytes.fromhex(hexadecimal.replace("\\x", ""))


class Call:
    """What one line, or two that belong together, says."""

    def __init__(self, name, arguments):
        self.name = name
        descriptor = DESCRIPTOR.match(arguments)
        self.descriptor = int(descriptor[1]) if descriptor else None
        self.path = text_of(descriptor[2]).decode() if descriptor else None
        self.strings = [text_of(string) for string in STRING.findall(arguments)]


class Judge:
    def __init__(self):
        self.unfinished = {}    # by thread: its call, and what it covers
        self.unsynced = {}      # by file: what was written to it and not synced since
        self.renamed = {}       # by folder: names that were changed and not synced since
        self.durable = set()    # ids and commitments
        self.confirmed = 0
        self.faults = []

    def line(self, line):
        line = line.rstrip()
        if match := WHOLE.match(line):
            thread, name, arguments, result = match.groups()
            self.begin(thread, Call(name, arguments))
            self.finish(thread, int(result))
        elif match := BEGUN.match(line):
            thread, name, arguments = match.groups()
            self.begin(thread, Call(name, arguments))
        elif match := FINISHED.match(line):
            self.finish(match[1], int(match[3]))

    def begin(self, thread, call):
        covers = None
        if call.name in ("fsync", "fdatasync"):
            # What is written from now on is not covered.
            covers = (set(self.unsynced.get(call.path, ())), set(self.renamed.get(call.path, ())))
        elif call.name == "write" and call.descriptor == STANDARD_ERROR:
            self.confirm(call.strings[0])
        self.unfinished[thread] = (call, covers)

    def finish(self, thread, result):
        call, covers = self.unfinished.pop(thread, (None, None))
        if call is None or result < 0:
            return
        if call.name == "pwrite64":
            self.unsynced.setdefault(call.path, set()).add(call.strings[0][:result])
        elif call.name.startswith("rename"):
            old, new = (string.decode() for string in call.strings[:2])
            self.renamed.setdefault(new.rpartition("/")[0], set()).add(new)
            if old in self.unsynced:
                self.unsynced[new] = self.unsynced.pop(old)
        elif covers is not None:
            written, names = covers
            for piece in written:
                self.durable.update(ID.findall(piece))
                self.durable.update(DIGEST.findall(piece))
            self.unsynced.get(call.path, set()).difference_update(written)
            self.renamed.get(call.path, set()).difference_update(names)

    def confirm(self, said):
        match = CONFIRMED.search(said)
        if match is None:
            return
        self.confirmed += 1
        message, commitment = match.groups()
        what = (message or commitment).decode()
        if bytes.fromhex(what) not in self.durable:
            self.faults.append(f"{what} was confirmed before it was written and synced")
        folder = f"/blobs/{what}"
        if any(self.unsynced[path] for path in self.unsynced if f"{folder}/" in path):
            self.faults.append(f"{what} was confirmed before its documents were synced")
        if any(self.renamed[path] for path in self.renamed if path.endswith(folder)):
            self.faults.append(f"{what} was confirmed before its documents had durable names")


def judge(lines):
    judge = Judge()
    for line in lines:
        judge.line(line)
    return judge


def self_test():
    quoted = lambda data: '"' + "".join(f"\\x{byte:02x}" for byte in data) + '"'
    path = lambda name: "".join(f"\\x{byte:02x}" for byte in name.encode())
    identifier, commitment = bytes(range(16)), bytes(range(32))
    journal, blob = "7<" + path("/r/journal/1") + ">", "8<" + path(f"/r/blobs/{identifier.hex()}/0.partial") + ">"
    folder = "9<" + path(f"/r/blobs/{identifier.hex()}") + ">"
    written = quoted(b"ab\x50" + identifier + b"c\x58\x20" + commitment + b"d")
    write = f"1 pwrite64({journal}, {written}, 60, 0) = 60"
    torn = f"1 pwrite64({journal}, {written}, 60, 0) = 9"
    begun = f"1 pwrite64({journal}, {written}, 60, 0 <unfinished ...>"
    finished = "1 <... pwrite64 resumed>) = 60"
    sync, failed = f"1 fdatasync({journal}) = 0", f"1 fdatasync({journal}) = -1 EIO (Input/output error)"
    sync_begun, sync_finished = f"3 fdatasync({journal} <unfinished ...>", "3 <... fdatasync resumed>) = 0"
    other = "1 fdatasync(5<" + path("/r/log/leaves") + ">) = 0"
    line = lambda text: f"2 write(2<{path('/dev/null')}>, {quoted(text.encode())}, 9) = 9"
    message = line(f"DEBUG confirmed id={identifier.hex()}\n")
    record = line(f"DEBUG confirmed record=7 commitment={commitment.hex()}\n")
    document = f"1 pwrite64({blob}, {quoted(b'document')}, 8, 0) = 8"
    document_sync = f"1 fdatasync({blob}) = 0"
    old, new = (quoted(f"/r/blobs/{identifier.hex()}/{name}".encode()) for name in ("0.partial", "0-ab"))
    rename, folder_sync = f"1 rename({old}, {new}) = 0", f"1 fsync({folder}) = 0"
    cases = [
        ("in order", [write, sync, message, record], 0),
        ("interrupted and in order", [begun, finished, sync_begun, sync_finished, record], 0),
        ("not written", [sync, message], 1),
        ("not synced", [write, message, sync], 1),
        ("the sync failed", [write, failed, message], 1),
        ("the sync had begun before the write ended", [begun, sync_begun, finished, sync_finished, record], 1),
        ("the sync had not ended", [write, sync_begun, message, sync_finished], 1),
        ("another file was synced", [write, other, message], 1),
        ("it was written in part", [torn, sync, message, record], 2),
        ("written once more after the sync", [write, sync, write, message], 0),
        ("with a document", [document, document_sync, rename, folder_sync, write, sync, message], 0),
        ("the document was not synced", [document, rename, folder_sync, write, sync, message], 1),
        ("the folder was not synced", [document, document_sync, rename, write, sync, message], 1),
    ]
    for name, lines, faults in cases:
        found = judge(lines).faults
        if len(found) != faults:
            print(f"FAILED: self-test, {name}: {found}")
            return TOO_EARLY
    print(f"OK: self-test, {len(cases)} traces")
    return OK


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("trace", nargs="?", help="what strace wrote")
    parser.add_argument("--self-test", action="store_true")
    arguments = parser.parse_args()
    if arguments.self_test:
        return self_test()
    if arguments.trace is None:
        parser.print_usage(sys.stderr)
        return USAGE
    try:
        with open(arguments.trace, encoding="utf-8") as lines:
            judged = judge(lines)
    except OSError as error:
        print(f"{arguments.trace}: {error.strerror}: give the file that strace wrote", file=sys.stderr)
        return USAGE
    if not judged.confirmed:
        print("FAILED: nothing was confirmed in this trace, so it shows nothing")
        return TOO_EARLY
    for fault in judged.faults[:20]:
        print(f"FAILED: {fault}")
    if judged.faults:
        print(f"FAILED: {len(judged.faults)} of {judged.confirmed} confirmations came too early")
        return TOO_EARLY
    print(f"OK: {judged.confirmed} confirmations, each after its bytes were written and synced")
    return OK


if __name__ == "__main__":
    sys.exit(main())
