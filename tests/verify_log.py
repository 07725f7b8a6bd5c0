#!/usr/bin/env python3
"""Verify evidence from the access log of Pli, with nothing but this file and Python.

This program shares no code with Pli. It was written from the public specifications named beside
each function, so that an expert can confirm a proof without trusting the software that made it.
It opens no network connection, reads only the files it is given and writes one line.

It answers six questions:

  1. Is this leaf in the log?        --vkey VKEY --leaf LEAF --proof PROOF
  2. Did the log only grow?          --vkey VKEY --checkpoint NEW --older OLD --consistency HASHES
  3. Is this the record of the leaf? --record RECORD --opening HEX --commitment HEX
  4. Is this folder the whole log?   mirror DIR VKEY
  5. Who else has seen this?         --vkey VKEY --checkpoint NOTE --witness VKEY, once for each
  6. Is this a letter's account?     bundle FILE FINGERPRINT

VKEY is the log's verifier key, "name+hash+base64". FINGERPRINT is the SHA-256 of the first root
statement in hexadecimal; the keys of the log, of its witnesses and of everybody who acted are then
proved from it. Either must reach you by a way of its own (a letter, the parquet), never beside the
proof: whoever can choose the key can sign anything.

It does not say that the log is complete, nor that what a record says is true: a proof shows that
these bytes stood at this position of the tree that was signed. Lines signed by other keys than those
asked about are ignored, as the note format asks.

Of a letter's account it verifies who made it, the log, who has seen it, each act with the request
that its actor signed, and the header. It does not recompute who belonged to the group: that would
take every rule of membership a second time. Nor can any file show that nothing was left out of it,
an act or a statement by which somebody's office ended.

Exit status: 0 verified, 5 did not verify, 2 called wrongly (an argument or a file is unusable).
`--self-test` checks this program against published vectors.
"""

import argparse
import base64
import binascii
import datetime
import functools
import hashlib
import hmac
import os
import re
import sys

OK, USAGE, DID_NOT_VERIFY = 0, 2, 5


class Invalid(Exception):
    """The evidence does not hold; the text says where."""


class Unusable(Exception):
    """The program was called wrongly; nothing was said about the evidence."""


# ------------------------------------------------------------------------------------------------
# Ed25519 verification: RFC 8032, sections 5.1.3 (decoding a point) and 5.1.7 (verification).
#
# Plain integers, no attention to timing: there is no secret here. Where the RFC leaves a choice,
# the strict one is taken: points must be encoded canonically, S must be below the group order,
# the equation is checked without the cofactor, and a key of small order is refused.
# ------------------------------------------------------------------------------------------------

P = 2**255 - 19                                              # the field
L = 2**252 + 27742317777372353535851937790883648493          # the order of the base point
D = -121665 * pow(121666, -1, P) % P                         # the curve: -x² + y² = 1 + D·x²·y²
SQRT_M1 = pow(2, (P - 1) // 4, P)                            # a square root of -1

# A point is (X, Y, Z, T) with x = X/Z, y = Y/Z, x·y = T/Z ("extended" coordinates, 5.1.4).
NEUTRAL = (0, 1, 1, 0)


def point_add(a, b):
    """The addition formula of section 5.1.4; it serves for doubling too."""
    e = (a[1] - a[0]) * (b[1] - b[0]) % P
    f = (a[1] + a[0]) * (b[1] + b[0]) % P
    g = 2 * a[3] * b[3] * D % P
    h = 2 * a[2] * b[2] % P
    i, j, k, l = f - e, h - g, h + g, f + e
    return (i * j % P, k * l % P, j * k % P, i * l % P)


def point_multiply(scalar, point):
    """scalar · point, by doubling and adding."""
    result = NEUTRAL
    while scalar > 0:
        if scalar & 1:
            result = point_add(result, point)
        point = point_add(point, point)
        scalar >>= 1
    return result


def point_equal(a, b):
    """The same point, whatever the two Z are."""
    return (a[0] * b[2] - b[0] * a[2]) % P == 0 and (a[1] * b[2] - b[1] * a[2]) % P == 0


def point_decode(encoded):
    """The point of 32 bytes, or None where they are not the canonical encoding of one (5.1.3)."""
    number = int.from_bytes(encoded, "little")
    sign, y = number >> 255, number & (2**255 - 1)
    if y >= P:
        return None
    # x² = (y² - 1) / (D·y² + 1); the candidate root comes from p = 5 (mod 8).
    u, v = (y * y - 1) % P, (D * y * y + 1) % P
    x = u * pow(v, 3, P) * pow(u * pow(v, 7, P), (P - 5) // 8, P) % P
    if (v * x * x - u) % P != 0:
        x = x * SQRT_M1 % P
        if (v * x * x - u) % P != 0:
            return None
    if x == 0 and sign == 1:
        return None
    if x & 1 != sign:
        x = P - x
    return (x, y, 1, x * y % P)


BASE = point_decode((4 * pow(5, -1, P) % P).to_bytes(32, "little"))


@functools.lru_cache(maxsize=256)  # a letter's account shows most statements twice
def ed25519_verifies(public_key, message, signature):
    """Whether `signature` is the Ed25519 signature of `message` under `public_key` (5.1.7)."""
    if len(public_key) != 32 or len(signature) != 64:
        return False
    a, r = point_decode(public_key), point_decode(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= L:
        return False
    if point_equal(point_multiply(8, a), NEUTRAL):
        return False  # a key of small order: its signatures bind nobody
    digest = hashlib.sha512(signature[:32] + public_key + message).digest()
    k = int.from_bytes(digest, "little") % L
    return point_equal(point_multiply(s, BASE), point_add(r, point_multiply(k, a)))


# ------------------------------------------------------------------------------------------------
# The Merkle tree: RFC 6962, section 2.1. Every function below follows the recursion by which
# the RFC *defines* the tree and its proofs, so the two can be read side by side.
# ------------------------------------------------------------------------------------------------

SIZE_MAX = 2**63 - 1  # the recursion is as deep as the tree: 63 steps at most


def sha256(data):
    """SHA-256, the only hash of the log."""
    return hashlib.sha256(data).digest()


def leaf_hash(leaf):
    """The hash of a leaf: the prefix 0x00 keeps leaves and nodes apart."""
    return sha256(b"\x00" + leaf)


def node_hash(left, right):
    """The hash of two subtrees."""
    return sha256(b"\x01" + left + right)


def split(size):
    """k, the largest power of two smaller than `size`: where a tree of `size` leaves divides."""
    return 1 << ((size - 1).bit_length() - 1)


def root_from_inclusion(index, size, leaf, path):
    """The root that `path` gives to the leaf hash at `index` of `size` leaves (2.1.1)."""
    if size == 1:
        if path:
            raise Invalid("the inclusion proof is too long")
        return leaf
    if not path:
        raise Invalid("the inclusion proof is too short")
    # The last hash of the path is the other half of this tree; the rest proves within our half.
    below, other = path[:-1], path[-1]
    k = split(size)
    if index < k:
        return node_hash(root_from_inclusion(index, k, leaf, below), other)
    return node_hash(other, root_from_inclusion(index - k, size - k, leaf, below))


def verify_inclusion(index, size, root, leaf, path):
    """Raises unless `leaf` (its hash) stands at `index` of the tree (size, root)."""
    if index >= size:
        raise Invalid(f"index {index} lies outside a tree of {size} leaves")
    if not hmac.compare_digest(root_from_inclusion(index, size, leaf, path), root):
        raise Invalid("the leaf and its inclusion proof do not give the root of the checkpoint")


def roots_from_consistency(older_size, size, older_root, proof, whole):
    """The two roots that `proof` gives, of the older and of the newer tree (2.1.2, SUBPROOF).

    `whole` is the boolean of the RFC: true as long as the subtree looked at begins where the older
    tree begins, so that its hash is the older root itself and needs no line in the proof.
    """
    if older_size == size:
        if len(proof) != (0 if whole else 1):
            raise Invalid("the consistency proof has the wrong length")
        shared = older_root if whole else proof[0]
        return shared, shared
    if not proof:
        raise Invalid("the consistency proof is too short")
    below, other = proof[:-1], proof[-1]
    k = split(size)
    if older_size <= k:
        # The older tree lies in the left half; the right half is new.
        older, newer = roots_from_consistency(older_size, k, older_root, below, whole)
        return older, node_hash(newer, other)
    # The left half is common to both; they differ in the right half.
    older, newer = roots_from_consistency(older_size - k, size - k, older_root, below, False)
    return node_hash(other, older), node_hash(other, newer)


def verify_consistency(older_size, older_root, size, root, proof):
    """Raises unless the tree (size, root) continues the tree (older_size, older_root)."""
    if older_size > size:
        raise Invalid(f"the older checkpoint has {older_size} leaves, the newer only {size}")
    if older_size == 0:
        # Any tree continues the empty one; there is nothing to prove, and nothing to add.
        if older_root != sha256(b""):
            raise Invalid("the older checkpoint has no leaf but not the root of the empty tree")
        if proof:
            raise Invalid("the consistency proof has the wrong length")
        if size == 0 and root != older_root:
            raise Invalid("two checkpoints of one size have different roots: the log has forked")
        return
    if older_size == size and older_root != root:
        raise Invalid("two checkpoints of one size have different roots: the log has forked")
    got_older, got_newer = roots_from_consistency(older_size, size, older_root, proof, True)
    if not hmac.compare_digest(got_older, older_root):
        raise Invalid("the consistency proof does not give the root of the older checkpoint")
    if not hmac.compare_digest(got_newer, root):
        raise Invalid("the consistency proof does not give the root of the newer checkpoint")


# ------------------------------------------------------------------------------------------------
# Spelling: base64, numbers and hashes have one spelling each; any other is refused.
# ------------------------------------------------------------------------------------------------


def decode_base64(text, what):
    """RFC 4648 section 4, padded, without stray characters or stray bits."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Invalid(f"{what} is not base64") from None
    if base64.b64encode(data).decode() != text:
        raise Invalid(f"{what} is not canonical base64")
    return data


def decode_hash(text, what):
    """A SHA-256 hash in base64."""
    data = decode_base64(text, what)
    if len(data) != 32:
        raise Invalid(f"{what} has {len(data)} bytes, not 32")
    return data


def decode_number(text, what):
    """ASCII decimal, no sign, no leading zero."""
    if not (text.isascii() and text.isdigit()) or (len(text) > 1 and text[0] == "0"):
        raise Invalid(f"{what} is not a decimal number")
    if len(text) > 19 or int(text) > SIZE_MAX:
        raise Invalid(f"{what} is too large")
    return int(text)


def spell_time(seconds, who):
    """A time as people read it, of seconds since 1970 that `who` signed."""
    try:
        time = datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc)
    except (OverflowError, ValueError, OSError):
        raise Invalid(f"{who} signed a time that no calendar has") from None
    return f"{time:%Y-%m-%dT%H:%M:%SZ}"


def decode_text(data, what):
    """UTF-8 without control characters other than the newline."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise Invalid(f"{what} is not UTF-8") from None
    if any(ord(c) < 0x20 and c != "\n" for c in text):
        raise Invalid(f"{what} contains a control character")
    return text


# ------------------------------------------------------------------------------------------------
# The signed note (c2sp.org/signed-note) and the checkpoint inside it (c2sp.org/tlog-checkpoint).
# ------------------------------------------------------------------------------------------------

SIGNATURES_MAX = 64       # the format asks to accept at least 16
ED25519_NOTE = b"\x01"    # the signature type of a log's key
COSIGNATURE_V1 = b"\x04"  # and of a witness's


class VerifierKey:
    """A verifier key: name, key id, Ed25519 public key."""

    signature_type = ED25519_NOTE

    def __init__(self, text):
        # The base64 at the end may contain "+", the name and the id may not.
        parts = text.strip().split("+", 2)
        if len(parts) != 3:
            raise Unusable("the verifier key is not of the form name+hash+base64")
        self.name, key_id, encoded = parts
        if not is_key_name(self.name):
            raise Unusable("the verifier key has no usable name")
        try:
            data = decode_base64(encoded, "the verifier key")
            self.key_id = bytes.fromhex(key_id)
        except (Invalid, ValueError):
            raise Unusable("the verifier key is not of the form name+hash+base64") from None
        if data[:1] != self.signature_type or len(data) != 33:
            kind = self.signature_type.hex()
            raise Unusable(f"the verifier key of {self.name} is not an Ed25519 key of type 0x{kind}")
        self.public_key = data[1:]
        if sha256(self.name.encode() + b"\n" + data)[:4] != self.key_id:
            raise Unusable("the hash in the verifier key does not belong to its name and key")

    def verifies(self, text, signature):
        """Whether this key made the signature of a line under `text`."""
        return ed25519_verifies(self.public_key, text.encode(), signature)


class WitnessKey(VerifierKey):
    """The key of a witness, which signs the time beside the text (c2sp.org/tlog-cosignature)."""

    signature_type = COSIGNATURE_V1

    def verifies(self, text, signature):
        stamped = f"cosignature/v1\ntime {self.time(signature)}\n{text}"
        return ed25519_verifies(self.public_key, stamped.encode(), signature[8:])

    @staticmethod
    def time(signature):
        """When the witness says that it saw the checkpoint, in seconds since 1970."""
        return int.from_bytes(signature[:8], "big")


def is_key_name(name):
    """A key name is not empty and has neither spaces nor plus signs."""
    return name != "" and "+" not in name and not any(c.isspace() for c in name)


def open_note(data, key):
    """The text of the signed note `data`, once `key` has been found to sign it."""
    return open_signed(data, key)[0]


def open_signed(data, key):
    """(text, signature) of the signed note `data`, once `key` has been found to sign it."""
    note = decode_text(data, "the checkpoint")
    # The last empty line divides text and signatures. The text keeps its final newline.
    cut = note.rfind("\n\n")
    if cut < 0 or not note.endswith("\n"):
        raise Invalid("the checkpoint is not a signed note")
    text, lines = note[: cut + 1], note[cut + 2 :].split("\n")[:-1]
    if not lines or len(lines) > SIGNATURES_MAX:
        raise Invalid(f"the checkpoint has {len(lines)} signatures")
    signed = None
    for line in lines:
        parts = line.split(" ")
        if len(parts) != 3 or parts[0] != "\N{EM DASH}" or not is_key_name(parts[1]):
            raise Invalid("the checkpoint has a malformed signature line")
        signature = decode_base64(parts[2], "a signature of the checkpoint")
        if len(signature) < 5:
            raise Invalid("the checkpoint has a malformed signature line")
        if parts[1] != key.name or signature[:4] != key.key_id:
            continue  # somebody who was not asked about: it neither helps nor harms
        if not key.verifies(text, signature[4:]):
            raise Invalid(f"the signature of {key.name} on the checkpoint is false")
        signed = signature[4:]
    if signed is None:
        raise Invalid(f"the checkpoint is not signed by {key.name}")
    return text, signed


def open_checkpoint(data, key):
    """(size, root) of a checkpoint that `key` signed, of the log that has the key's name."""
    lines = open_note(data, key).split("\n")[:-1]
    if len(lines) < 3 or "" in lines:
        raise Invalid("the checkpoint has fewer than three lines, or an empty one")
    # The specification recommends that the key is named as the log; here it must be, or one key
    # could vouch for a tree of another log.
    if lines[0] != key.name:
        raise Invalid(f"the checkpoint is of the log {lines[0]}, the key of {key.name}")
    size = decode_number(lines[1], "the tree size")
    root = decode_hash(lines[2], "the root hash")
    if size == 0 and root != sha256(b""):
        raise Invalid("the checkpoint has no leaf but not the root of the empty tree")
    return size, root


# ------------------------------------------------------------------------------------------------
# The proof file (c2sp.org/tlog-proof).
# ------------------------------------------------------------------------------------------------

PROOF_HEADER = "c2sp.org/tlog-proof@v1"


def parse_proof(data):
    """(index, path, checkpoint bytes) of a proof file. Its `extra` line is signed by nobody and
    is therefore checked for its form and ignored."""
    text = decode_text(data, "the proof")
    head, empty_line, checkpoint = text.partition("\n\n")
    if not empty_line:
        raise Invalid("the proof carries no checkpoint")
    lines = head.split("\n")
    if lines.pop(0) != PROOF_HEADER:
        raise Invalid(f"the first line of the proof is not {PROOF_HEADER}")
    if lines and lines[0].startswith("extra "):
        decode_base64(lines.pop(0)[len("extra ") :], "the extra line of the proof")
    if not lines or not lines[0].startswith("index "):
        raise Invalid("the proof names no index")
    index = decode_number(lines.pop(0)[len("index ") :], "the index")
    path = [decode_hash(line, "a hash of the inclusion proof") for line in lines]
    return index, path, checkpoint.encode()


def parse_hashes(data):
    """The hashes of a consistency proof, one in base64 on each line; an empty file is none."""
    text = decode_text(data, "the consistency proof")
    if text and not text.endswith("\n"):
        text += "\n"
    return [decode_hash(line, "a hash of the consistency proof") for line in text.split("\n")[:-1]]


# ------------------------------------------------------------------------------------------------
# A log as files (c2sp.org/tlog-tiles): hash tiles, and entry bundles with the leaves themselves.
#
# `files` is anything that gives the bytes of a path and can be walked through, path by path.
# ------------------------------------------------------------------------------------------------

TILE_WIDTH = 256
CHECKPOINT = "checkpoint"
UNFINISHED = ".unfinished"  # where `pli log mirror` writes a file before it has its name
FILE_MAX = TILE_WIDTH * (2 + 2**16)
TILE_PATH = re.compile(
    r"tile/(entries|[0-9]{1,2})/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?", re.ASCII)


def tile_path(level, index, width):
    """The path of a tile; `level` is a number, or "entries"."""
    path = f"{index % 1000:03}"
    while index >= 1000:
        index //= 1000
        path = f"x{index % 1000:03}/{path}"
    return f"tile/{level}/{path}" + (f".p/{width}" if width < TILE_WIDTH else "")


def parse_tile_path(path):
    """(level, index, width) of a path in its one spelling."""
    match = TILE_PATH.fullmatch(path)
    if not match:
        raise Invalid(f"{path} is no file of a log")
    level = match[1] if match[1] == "entries" else int(match[1])
    index = int(match[2].replace("/", "").replace("x", ""))
    width = int(match[3] or TILE_WIDTH)
    if tile_path(level, index, width) != path:
        raise Invalid(f"{path} is no file of a log")
    return level, index, width


def parse_entry_bundle(path, data, width):
    """The `width` leaves of an entry bundle, each after its length in two bytes, highest first."""
    leaves, at = [], 0
    while at < len(data):
        length = int.from_bytes(data[at : at + 2], "big")
        leaf = data[at + 2 : at + 2 + length]
        if len(data) < at + 2 or len(leaf) != length:
            raise Invalid(f"{path} breaks off")
        leaves.append(leaf)
        at += 2 + length
    if len(leaves) != width:
        raise Invalid(f"{path} holds {len(leaves)} leaves, not {width}")
    return leaves


def hashes_root(hashes):
    """MTH of RFC 6962, section 2.1, over the hashes of leaves or of subtrees of one size."""
    if len(hashes) == 1:
        return hashes[0]
    k = split(len(hashes))
    return node_hash(hashes_root(hashes[:k]), hashes_root(hashes[k:]))


def widths(count):
    """(index, width) of the tiles that hold `count` hashes; only the last may be partial."""
    for index in range(-(-count // TILE_WIDTH)):
        yield index, min(TILE_WIDTH, count - index * TILE_WIDTH)


def needed(path, files):
    """The bytes of a file that the tree cannot be without."""
    try:
        return files[path]
    except KeyError:
        raise Invalid(f"{path} is missing") from None


def check_files(size, root, files):
    """Recomputes the tree (size, root) from the entry bundles of `files` and compares every file
    with it. Returns the number of files that belong to a larger tree, about which nothing is said."""
    # levels[l] are the hashes of which the tiles of level l are made.
    levels, expected = [[]], {CHECKPOINT}
    for index, width in widths(size):
        path = tile_path("entries", index, width)
        levels[0] += map(leaf_hash, parse_entry_bundle(path, needed(path, files), width))
        expected.add(path)
    if (hashes_root(levels[0]) if size else sha256(b"")) != root:
        raise Invalid("the leaves do not give the root of the checkpoint")
    while levels[-1]:
        below = levels[-1]
        whole = range(0, len(below) - TILE_WIDTH + 1, TILE_WIDTH)
        levels.append([hashes_root(below[at : at + TILE_WIDTH]) for at in whole])
    for level, hashes in enumerate(levels):
        expected.update(tile_path(level, index, width) for index, width in widths(len(hashes)))
    beyond = 0
    for path in files:
        if path == UNFINISHED:
            beyond += 1
        if path in (CHECKPOINT, UNFINISHED):
            continue
        level, index, width = parse_tile_path(path)
        height = 0 if level == "entries" else level
        if (index * TILE_WIDTH + width) * TILE_WIDTH**height > size:
            beyond += 1
            continue
        found = needed(path, files)
        if level == "entries":
            found = b"".join(map(leaf_hash, parse_entry_bundle(path, found, width)))
        start = index * TILE_WIDTH
        if found != b"".join(levels[height][start : start + width]):
            raise Invalid(f"{path} is not what the leaves give")
        expected.discard(path)
    for path in sorted(expected - {CHECKPOINT}):
        raise Invalid(f"{path} is missing")
    return beyond


class Folder:
    """The files of a folder and of the folders in it."""

    def __init__(self, root):
        self.root = root
        if not os.path.isdir(root):
            raise Unusable(f"{root}: no such folder")

    def __iter__(self):
        for folder, _, names in os.walk(self.root):
            for name in names:
                yield os.path.relpath(os.path.join(folder, name), self.root).replace(os.sep, "/")

    def __getitem__(self, path):
        try:
            with open(os.path.join(self.root, path), "rb") as file:
                return file.read(FILE_MAX)
        except FileNotFoundError:
            raise KeyError(path) from None
        except OSError as error:
            raise Unusable(f"{path}: {error.strerror}") from None


# ------------------------------------------------------------------------------------------------
# CBOR (RFC 8949) in the profile of docs/protocol.md, section 2.1, R-01: a value has one spelling.
#
# A struct is decoded to a dict, which keeps the order of its keys. A length is compared with what
# is left of the bytes before anything is made of it.
# ------------------------------------------------------------------------------------------------

DEPTH_MAX = 16       # the deepest form of the page, a request with an annex, has nine levels
VALUES_MAX = 2**22   # more than the longest account has, which has 4,096 acts; bounds the memory


class CborReader:
    """The values of some bytes, one after the other."""

    def __init__(self, data):
        self.data, self.at, self.values = data, 0, 0

    def take(self, length):
        """So many bytes."""
        if length > len(self.data) - self.at:
            raise Invalid("it breaks off")
        self.at += length
        return self.data[self.at - length : self.at]

    def argument(self, info):
        """The number behind the first byte, in its shortest form (RFC 8949, 3)."""
        if info < 24:
            return info
        if info > 27:
            raise Invalid("a length is indefinite or reserved")
        width = 1 << (info - 24)
        number = int.from_bytes(self.take(width), "big")
        if number < (24 if width == 1 else 256 ** (width // 2)):
            raise Invalid("a number is longer than it need be")
        return number

    def count(self, info, bytes_each):
        """How many values follow, if there is room for so many."""
        count = self.argument(info)
        self.values += count
        if count * bytes_each > len(self.data) - self.at or self.values > VALUES_MAX:
            raise Invalid("it holds fewer values than it says, or too many")
        return count

    def value(self, depth=0):
        """The next value."""
        if depth > DEPTH_MAX:
            raise Invalid("it is nested too deeply")
        first = self.take(1)[0]
        major, info = first >> 5, first & 31
        if major == 0:
            return self.argument(info)
        if major == 2:
            return self.take(self.argument(info))
        if major == 3:
            try:
                return self.take(self.argument(info)).decode("utf-8")
            except UnicodeDecodeError:
                raise Invalid("a text is not UTF-8") from None
        if major == 4:
            return [self.value(depth + 1) for _ in range(self.count(info, 1))]
        if major == 5:
            entries = {}
            for _ in range(self.count(info, 2)):
                key = self.value(DEPTH_MAX)
                if not isinstance(key, str) or key in entries:
                    raise Invalid("a key is not a text, or stands twice")
                entries[key] = self.value(depth + 1)
            return entries
        if first in (0xF4, 0xF5, 0xF6):
            return {0xF4: False, 0xF5: True, 0xF6: None}[first]
        raise Invalid("a negative number, a tag or a float")


def decode_cbor(data, form, most, what):
    """The value of exactly these bytes, at most `most` of them, once it has `form`."""
    if len(data) > most:
        raise Invalid(f"{what} is larger than {most} bytes")
    reader = CborReader(data)
    try:
        value = reader.value()
        if reader.at != len(data):
            raise Invalid("bytes follow its end")
    except Invalid as reason:
        raise Invalid(f"{what} is not canonical CBOR: {reason}") from None
    form(value, what)
    return value


def encode_cbor(value):
    """The one spelling of a value."""
    def begin(major, number):
        if number < 24:
            return bytes([major << 5 | number])
        info = next(info for info in range(4) if number < 256 ** (1 << info))
        return bytes([major << 5 | 24 + info]) + number.to_bytes(1 << info, "big")

    if value is None or isinstance(value, bool):
        return {False: b"\xf4", True: b"\xf5", None: b"\xf6"}[value]
    if isinstance(value, int):
        return begin(0, value)
    if isinstance(value, bytes):
        return begin(2, len(value)) + value
    if isinstance(value, str):
        return begin(3, len(value.encode())) + value.encode()
    if isinstance(value, list):
        return begin(4, len(value)) + b"".join(map(encode_cbor, value))
    entries = [encode_cbor(key) + encode_cbor(entry) for key, entry in value.items()]
    return begin(5, len(entries)) + b"".join(entries)


# ------------------------------------------------------------------------------------------------
# Forms: the tables of docs/protocol.md. A form is called with a value and its name, and raises
# unless they fit.
# ------------------------------------------------------------------------------------------------


def must(condition, reason):
    """Raises unless it is so."""
    if not condition:
        raise Invalid(reason)


def unsigned(value, what):
    """An integer, which is never negative."""
    must(type(value) is int, f"{what} is not a number")


def truth(value, what):
    """True or false."""
    must(type(value) is bool, f"{what} is not a truth value")


def string(value, what):
    """Any text."""
    must(isinstance(value, str), f"{what} is not a text")


def blob(value, what):
    """Any byte string."""
    must(isinstance(value, bytes), f"{what} is not a byte string")


def exactly(length):
    """A byte string of this length."""
    def form(value, what):
        must(isinstance(value, bytes) and len(value) == length, f"{what} is not of {length} bytes")
    return form


def spelled(pattern):
    """A text of these letters."""
    pattern = re.compile(pattern, re.ASCII)
    def form(value, what):
        must(isinstance(value, str) and pattern.fullmatch(value),
            f"{what} is not spelled as it must be")
    return form


def one_of(*values):
    """One of these and nothing else."""
    def form(value, what):
        must(any(value == one and type(value) is type(one) for one in values),
             f"{what} is none of those that are known")
    return form


def maybe(inner):
    """This, or null."""
    def form(value, what):
        if value is not None:
            inner(value, what)
    return form


def many(inner, most=VALUES_MAX, least=0):
    """A list of these."""
    def form(value, what):
        must(isinstance(value, list) and least <= len(value) <= most,
             f"{what} is not a list of {least} to {most}")
        for place, entry in enumerate(value):
            inner(entry, f"{what}[{place}]")
    return form


def pair(*inner):
    """A list of one each of these."""
    def form(value, what):
        must(isinstance(value, list) and len(value) == len(inner), f"{what} is not a pair")
        for one, entry in zip(inner, value):
            one(entry, what)
    return form


def struct(fields, newer=()):
    """All of these fields in this order; those in `newer` came later and may be missing."""
    def form(value, what):
        found = list(value) if isinstance(value, dict) else []
        must(found == [name for name in fields if name in found or name not in newer],
             f"{what} has not the fields {', '.join(fields)} in this order")
        for name, entry in value.items():
            fields[name](entry, f"{what}: {name}")
    return form


def choice(names, fields):
    """One of these names, or a map of one of these entries."""
    def form(value, what):
        if isinstance(value, dict) and len(value) == 1 and next(iter(value)) in fields:
            name, entry = next(iter(value.items()))
            fields[name](entry, f"{what}: {name}")
        else:
            must(isinstance(value, str) and value in names,
                f"{what} is none of those that are known")
    return form


# Section 2: ids, digests, signatures, buckets.
DIGEST = KEY = RANDOM = exactly(32)
ID = DEVICE = exactly(16)
MEMBER = ORGANISATION = spelled("[a-z0-9][a-z0-9-]{0,31}")
FLOW, ROLE = spelled("F[0-9]{2}[a-z]?"), spelled("[A-Z]{2,8}")
REASON, CLASS = spelled("[a-z]{1,32}"), spelled("N[0-4]")
SIGNED = struct({"bytes": blob, "signatures": many(struct(
    {"algorithm": one_of("ed25519"), "key": DEVICE, "signature": exactly(64)}), least=1)})
TIER = choice(("day", "week", "month"), {"seconds": unsigned})
BUCKET = struct({"ends": unsigned, "tier": TIER})

# Section 3: statements.
STATEMENT_MAX, BODY_MAX = 61440, 524288
KINDS = ("root", "nomenclature", "card", "group", "roster", "key-page", "devices", "charter",
         "adhesion", "delegation", "proposal", "enrolment", "annuaire", "hold", "ruleset",
         "rereading")
STATEMENT = struct({"kind": one_of(*KINDS), "signed": SIGNED, "body": maybe(blob)})
LINK = struct({"version": unsigned, "previous": maybe(DIGEST), "made": unsigned})
TREE = struct({"size": unsigned, "root": DIGEST})
ROOT = struct({
    "link": LINK, "authority": KEY, "parquet": KEY,
    "relay": struct({
        "log_origin": string, "log_key": KEY, "tls_ca": blob,
        "continues": maybe(struct({"origin": string, "restored": TREE, "newest": TREE}))}),
    "buckets": struct({"steps": many(struct({"tier": TIER, "count": unsigned}))}),
    "log_months": unsigned,
    "witnesses": struct({"needed": unsigned, "keys": many(string, 8), "fresh_seconds": unsigned,
                         "stop_seconds": unsigned})})
DEVICES = many(struct({"key": KEY, "name": string}), most=8, least=1)
CARD = struct({
    "link": LINK, "member": MEMBER, "function": ROLE,
    "organisation": struct({"id": ORGANISATION, "name": string}), "territory": many(string),
    "devices": DEVICES, "personal": DIGEST, "deputy": maybe(MEMBER), "protected": truth,
    "from": unsigned, "until": maybe(unsigned)})
PERSONAL = struct({"salt": RANDOM, "family_name": string, "given_name": string, "telephone": string,
                   "email": string, "attested_by": string})
DEVICE_LIST = struct({"link": LINK, "member": MEMBER, "base": DIGEST, "devices": DEVICES})

# Section 5: the header.
HEADER_MAX = 32768
CORE = struct({
    "version": one_of(1), "id": ID, "group": ID, "roster_version": unsigned, "roster": DIGEST,
    "nomenclature": DIGEST, "flow": FLOW, "class": CLASS, "handling": spelled("D[1-4]"),
    "writer": MEMBER, "device": DEVICE, "recipients": many(MEMBER, most=100, least=1),
    "created": unsigned, "expires": unsigned, "reply_to": maybe(ID),
    "renews": maybe(struct({"of": ID, "core": DIGEST,
                            "right": choice(("extension",), {"hold": DIGEST})})),
    "gate": maybe(struct({"approver": MEMBER, "until": unsigned, "readable_seconds": unsigned})),
    "screening": struct({"ruleset": DIGEST, "verdict": one_of("passed", "attested"),
                         "reread": maybe(SIGNED)}),
    "head": struct({"tree": TREE, "time": unsigned})})
HEADER = struct({"core": CORE, "parts": many(struct(
    {"kind": one_of("document", "note"), "bytes": unsigned, "digest": DIGEST}), most=33, least=1)})

# Section 7: the requests that are about one letter, and `mailbox`, which may be about many.
ANNEX = maybe(struct({"digest": DIGEST, "devices": many(pair(DEVICE, BUCKET), 32)}))
REQUEST = struct({
    "version": one_of(1), "device": DEVICE, "counter": unsigned, "time": unsigned,
    "opening": RANDOM, "known": unsigned, "receipt": maybe(DIGEST),
    "ask": choice((), {
        "mailbox": struct({"after": maybe(ID), "beginning": maybe(spelled("[0-9a-f]{6,32}"))}),
        "upload-state": struct({"message": ID, "part": unsigned}),
        "upload": struct({"message": ID, "part": unsigned, "bytes": unsigned, "from": unsigned}),
        "deposit": struct({"message": ID, "header": DIGEST, "grants": DIGEST, "annex": ANNEX,
                           "reason": maybe(REASON), "reference": maybe(string)}),
        "publish": struct({"digest": DIGEST}),
        "claim": struct({"message": ID, "core": DIGEST,
                         "act": one_of("release", "export", "reveal", "print", "regrant", "renewal"),
                         "reason": maybe(REASON), "annex": ANNEX}),
        "grant": struct({"message": ID, "grants": DIGEST, "approves": maybe(unsigned)}),
        "acknowledge": struct({"message": ID, "claim": unsigned,
                               "outcome": one_of("done", "did-not-verify", "quarantined"),
                               "rules": many(string, most=16)}),
        "fetch": struct({"message": ID, "part": unsigned, "from": unsigned}),
        "status": struct({"message": ID}),
        "letter": struct({"message": ID, "reason": REASON, "reference": maybe(string)}),
        "retire": struct({"message": ID, "because": one_of(
            "superseded", "replaced", "received", "function-ended", "wrong-recipient")}),
        "reject": struct({"message": ID, "reason": REASON})})})

# Section 9: the log. A proof in a tree of less than 2^64 leaves has at most 65 hashes.
LEAF_MAX, RECORD_MAX = 16384, 8192
HASHES = many(DIGEST, most=65)
EVIDENCE = struct({"index": unsigned, "leaf": blob, "inclusion": HASHES})
LEAF = choice((), {
    "record": struct({"version": one_of(1), "commitment": DIGEST, "epoch": unsigned,
                      "sealed": blob}),
    "head": struct({"version": one_of(1), "time": unsigned, "groups": TREE})})
RELAY_ALONE = ("connection", "expiry")
ACTS = ("deposit", "delivery", "release", "export", "reveal", "print", "opening", "log-reading",
        "refusal", "regrant", "grant", "retirement", "renewal", "hold", "approval", "rejection") + RELAY_ALONE
RECORD = struct({
    "version": one_of(1), "index": unsigned, "time": unsigned, "act": one_of(*ACTS),
    "actor": maybe(struct({"member": MEMBER, "function": ROLE, "organisation": ORGANISATION,
                           "device": DEVICE})),
    "item": maybe(ID), "group": maybe(ID), "flow": maybe(FLOW), "class": maybe(CLASS),
    "expires": maybe(unsigned), "reason": maybe(REASON), "annex": maybe(DIGEST),
    "reference": maybe(string), "recipients": many(MEMBER),
    "outcome": one_of("done", "attested", "already-done", "did-not-verify", "quarantined", "refused"),
    "count": unsigned, "software": string, "request": maybe(SIGNED)}, newer=("count",))

# Section 9.8: the account.
BUNDLE_MAX = 67108864
BUNDLE = struct({
    "version": one_of(1), "item": ID, "made": unsigned, "order": maybe(string), "software": string,
    "statements": many(STATEMENT),
    "log": struct({"checkpoint": string, "since": one_of(0), "consistency": many(DIGEST, most=0),
                   "head": EVIDENCE,
                   "cosigned": many(struct({"note": string, "consistency": HASHES}), most=8)}),
    "acts": many(struct({"evidence": EVIDENCE, "revealed": struct(
        {"opening": RANDOM, "record": blob})}), most=4096, least=1),
    "header": maybe(SIGNED),
    "group": struct({"group": ID, "tree": TREE, "head": EVIDENCE, "consistency": HASHES,
                     "proof": struct({"index": unsigned, "inclusion": HASHES}),
                     "statements": many(STATEMENT)})})


# ------------------------------------------------------------------------------------------------
# Signed documents: docs/protocol.md, sections 2.2 and 2.3, R-03.
# ------------------------------------------------------------------------------------------------


def key_id(public_key):
    """By what a key is named, and a device by the key it signs with."""
    return sha256(public_key)[:16]


def verify_signed(signed, context, keys, what):
    """The ids of those who signed, all of them among `keys` (public keys)."""
    known, before = {key_id(key): key for key in keys}, b""
    for signature in signed["signatures"]:
        key = signature["key"]
        must(before < key, f"{what} has its signatures twice or out of order")
        must(key in known, f"{what} is signed by a key that does not count here, {key.hex()}")
        message = context.encode() + b"\0" + signed["bytes"]
        must(ed25519_verifies(known[key], message, signature["signature"]),
             f"{what} has a false signature of the key {key.hex()}")
        before = key
    return [signature["key"] for signature in signed["signatures"]]


# ------------------------------------------------------------------------------------------------
# Statements: docs/protocol.md, section 3, as far as it says who acts with which key: roots (3.1),
# cards (3.3) and lists of devices (3.4). The other kinds are left alone.
# ------------------------------------------------------------------------------------------------

HATS = ("PROC", "MREF", "PREP", "AUD")
DRIFT_SECONDS = 600
ATTESTED_SECONDS = 31622400
DEVICE_LISTS_MAX = 64
SPELLED_KEY_MAX = 256


class Member:
    """A member with their newest card and list of devices."""

    def __init__(self, card):
        self.card, self.list, self.lists, self.struck = card, None, 0, set()

    def base(self):
        """What a list of devices goes on from."""
        return sha256(encode_cbor(self.card["devices"]))

    def devices(self):
        """Their devices' keys today: their list's, if it goes on from the card, or the card's."""
        goes_on = self.list is not None and self.list["base"] == self.base()
        return [device["key"] for device in (self.list if goes_on else self.card)["devices"]]


class Statements:
    """What statements prove, each of them under those before it, from a fingerprint."""

    def __init__(self, fingerprint, statements, only=(), what="statement"):
        self.fingerprint = fingerprint
        self.roots, self.members = [], {}
        # The newest of each chain, and each version: (version, digest).
        self.chains, self.versions = {}, {}
        # Of each device that ever stood for a card: [card, since, until] of each of them; its key.
        self.stood, self.keys = {}, {}
        self.left_alone = 0
        accept = {"root": self.root, "card": self.card, "devices": self.device_list}
        for place, statement in enumerate(statements):
            kind, signed, body = statement["kind"], statement["signed"], statement["body"]
            name = f"{what} {place} ({kind})"
            must(len(body or b"") <= BODY_MAX, f"{name} has too large a body")
            must(not only or kind in only, f"{name} has no place in this list")
            if kind not in accept:
                self.left_alone += 1
                continue
            must(kind == "card" or body is None, f"{name} has a body that it does not name")
            accept[kind](signed, body, name)
        must(self.roots, f"no {what} is a root")

    def news(self, chain, link, signed, what, from_the_first):
        """R-05: whether this goes on from what is held of its chain; false if it is held."""
        version, digest = link["version"], sha256(signed["bytes"])
        if chain not in self.chains:
            first = version == 1 and link["previous"] is None
            must(first or (version > 0 and not from_the_first), f"{what} does not begin its chain")
        else:
            held, held_digest = self.chains[chain]
            if version == held:
                must(digest == held_digest, f"{what} is another of its version: a fork")
                return False
            must(version == held + 1 and link["previous"] == held_digest,
                 f"{what} does not follow the one before it in its chain")
        self.chains[chain] = self.versions[chain, version] = (version, digest)
        return True

    def root(self, signed, _, what):
        """R-06, R-57, R-85."""
        root = decode_cbor(signed["bytes"], ROOT, STATEMENT_MAX, what)
        if not self.roots:
            must(sha256(signed["bytes"]) == self.fingerprint,
                 f"{what} is not the one that has the fingerprint")
        if not self.news("root", root["link"], signed, what, True):
            return
        before = self.roots[-1] if self.roots else root
        changed = [name for name in root if name != "link" and root[name] != before[name]]
        # Each half changes its own key alone; whatever else there is, and the first, takes both.
        alone = self.roots and changed in (["authority"], ["parquet"])
        halves = changed if alone else ["authority", "parquet"]
        keys = [one[half] for one in (before, root) for half in ("authority", "parquet")]
        signers = verify_signed(signed, "pli/root/v1", keys, what)
        for half in halves:
            must(key_id(before[half]) in signers and key_id(root[half]) in signers,
                 f"{what} lacks a signature of the {half}")
        must(self.names_log(root), f"{what} names another log and not how it goes on")
        own = (root["authority"], root["parquet"])
        must(not any(key_id(key) in self.stood for key in own), f"{what} names somebody's device")
        policy, witnesses = root["witnesses"], witness_keys(root, what)
        theirs = {witness.public_key for witness in witnesses}
        must(len(theirs) == len(witnesses) and policy["needed"] <= len(theirs)
             and not theirs & {*own, root["relay"]["log_key"]}
             and 0 < policy["fresh_seconds"] <= policy["stop_seconds"],
             f"{what} asks of its witnesses what they cannot give")
        self.roots.append(root)

    def names_log(self, root):
        """R-85."""
        log = [root["relay"][name] for name in ("log_origin", "log_key", "continues")]
        origin, _, continued = log
        if not self.roots:
            return continued is None
        before = self.roots[-1]["relay"]
        if log == [before[name] for name in ("log_origin", "log_key", "continues")]:
            return True
        is_new = all(origin != earlier["relay"]["log_origin"] for earlier in self.roots)
        if continued is None or not is_new or continued["origin"] != before["log_origin"]:
            return False
        restored, newest = continued["restored"], continued["newest"]
        return restored["size"] > 0 and (
            restored["size"] < newest["size"] or restored == newest)

    def root_keys(self):
        """The keys of both halves of every root."""
        return [root[half] for root in self.roots for half in ("authority", "parquet")]

    def roots_at(self, made):
        """The roots in force when something was made, as clocks differ."""
        ends = [root["link"]["made"] for root in self.roots[1:]] + [2**64]
        for place, (root, end) in enumerate(zip(self.roots, ends)):
            begun = place == 0 or root["link"]["made"] <= made + DRIFT_SECONDS
            if begun and made - DRIFT_SECONDS < end:
                yield root

    def card(self, signed, body, what):
        """R-07."""
        card = decode_cbor(signed["bytes"], CARD, STATEMENT_MAX, what)
        if body is not None:
            must(not card["protected"] and sha256(body) == card["personal"],
                 f"{what} has a body that is not the one it names")
            decode_cbor(body, PERSONAL, BODY_MAX, f"the body of {what}")
        member, made = card["member"], card["link"]["made"]
        if not self.news(("card", member), card["link"], signed, what, False):
            return
        signers = verify_signed(signed, "pli/card/v1", self.root_keys(), what)
        half = "parquet" if card["function"] in HATS else "authority"
        must(any(key_id(root[half]) in signers for root in self.roots_at(made)),
             f"{what} is not signed by the {half} of its time")
        held = self.members.get(member)
        must(held is None or (held.card["function"] in HATS) == (card["function"] in HATS),
             f"{what} changes between a hat and a function")
        anew = held is not None and held.card["devices"] != card["devices"]
        struck = held.struck if anew else ()
        self.may_name(card["devices"], member, struck, what)
        if held is None:
            self.members[member] = Member(card)
        else:
            before = held.devices()
            held.card = card
            if anew:
                held.lists = 0
                held.struck.update(set(before) - set(held.devices()))
        self.stands(member, made)

    def device_list(self, signed, _, what):
        """R-44."""
        devices = decode_cbor(signed["bytes"], DEVICE_LIST, STATEMENT_MAX, what)
        member = self.members.get(devices["member"])
        must(member, f"{what} is of somebody without a card")
        if not self.news(("devices", devices["member"]), devices["link"], signed, what, True):
            return
        before = member.devices()
        verify_signed(signed, "pli/devices/v1", before, what)
        must(devices["base"] == member.base(), f"{what} goes on from another card")
        must(member.lists < DEVICE_LISTS_MAX, f"{what} is one too many")
        self.may_name(devices["devices"], devices["member"], member.struck, what)
        member.list, member.lists = devices, member.lists + 1
        member.struck.update(set(before) - set(member.devices()))
        self.stands(devices["member"], devices["link"]["made"])

    def may_name(self, devices, member, struck, what):
        """R-07, R-44: which devices a card or a list may name."""
        keys = [device["key"] for device in devices]
        must(len(set(keys)) == len(keys), f"{what} names a device twice")
        must(not set(keys) & set(self.root_keys()), f"{what} names the key of a root")
        must(all(self.owner(key_id(key)) in (None, member) for key in keys),
             f"{what} names a device of somebody else")
        must(not set(keys) & set(struck), f"{what} names a device that was struck off")

    def stands(self, member, made):
        """From `made` on the member's devices of today stand for their card of today."""
        for stretches in self.stood.values():
            card, _, until = stretches[-1]
            if card["member"] == member and until is None:
                stretches[-1][2] = made
        for key in self.members[member].devices():
            self.stood.setdefault(key_id(key), []).append([self.members[member].card, made, None])
            self.keys[key_id(key)] = key

    def keys_without_card(self):
        """The keys of the roots of any time, and of their witnesses."""
        witnesses = [key for root in self.roots for key in witness_keys(root, "a root")]
        return self.root_keys() + [witness.public_key for witness in witnesses]

    def owner(self, device):
        """The member for whom a device stands or ever stood, or None."""
        return self.stood[device][-1][0]["member"] if device in self.stood else None

    def holder(self, device, at):
        """The card for which a device stood at a time, its member in office, or None."""
        early, late = at + DRIFT_SECONDS, at - DRIFT_SECONDS
        for card, since, until in reversed(self.stood.get(device, [])):
            if since <= early and (until is None or late < until):
                ends = card["link"]["made"] + ATTESTED_SECONDS
                ends = ends if card["until"] is None else min(ends, card["until"])
                return card if card["from"] <= early and late < ends else None
        return None


def listed_key(kind, spelled_key, what):
    """A verifier key that a root statement names."""
    try:
        key = kind(spelled_key)
    except Unusable as reason:
        raise Invalid(f"{what}: {reason}") from None
    must(spell_key(key.name, kind.signature_type + key.public_key) == spelled_key,
         f"{what} spells a verifier key in another way")
    return key


def spell_key(name, data):
    """The verifier key of a name, and of a key behind its type (c2sp.org/signed-note)."""
    hashed = sha256(name.encode() + b"\n" + data)[:4].hex()
    return f"{name}+{hashed}+{base64.b64encode(data).decode()}"


def witness_keys(root, what):
    """The witnesses of a root statement."""
    spelled_keys = root["witnesses"]["keys"]
    must(all(len(key.encode()) <= SPELLED_KEY_MAX for key in spelled_keys),
         f"{what} spells a witness in too many bytes")
    return [listed_key(WitnessKey, key, what) for key in spelled_keys]


# ------------------------------------------------------------------------------------------------
# A letter's account: docs/protocol.md, section 9.8, R-72. One function for each thing that vouches.
# ------------------------------------------------------------------------------------------------


def verify_maker(signed, bundle, people):
    """The member who made the account: by one device of a reviewer, in office at that time."""
    what = "the account"
    must(len(signed["signatures"]) == 1, f"{what} is not signed by one device")
    device = signed["signatures"][0]["key"]
    card = people.holder(device, bundle["made"])
    must(card, f"{what} is not signed by a device of somebody who was in office then")
    must(card["function"] == "AUD", f"{what} is signed by {card['member']}, who is no reviewer")
    verify_signed(signed, "pli/bundle/v1", [people.keys[device]], what)
    return card["member"]


def verify_evidence(evidence, tree, kind, what):
    """The leaf, if it stands in the tree (size, root) and is of this kind (9.2, 9.4)."""
    try:
        leaf = leaf_hash(evidence["leaf"])
        verify_inclusion(evidence["index"], *tree, leaf, evidence["inclusion"])
    except Invalid as reason:
        raise Invalid(f"{what}: {reason}") from None
    leaf = decode_cbor(evidence["leaf"], LEAF, LEAF_MAX, f"the leaf of {what}")
    must(kind in leaf, f"the leaf of {what} is not a {kind}'s")
    return leaf[kind]


def verify_head(evidence, tree, what):
    """The head that is the last leaf of a tree (9.4)."""
    must(evidence["index"] + 1 == tree[0], f"{what} is not the last leaf of its tree")
    return verify_evidence(evidence, tree, "head", what)


def verify_cosigned(log, key, tree, witnesses):
    """Who else has seen the log: (name, time) of each witness that signed a note (9.7)."""
    seen = []
    for place, cosigned in enumerate(log["cosigned"]):
        what, before = f"cosigned note {place}", len(seen)
        note = cosigned["note"].encode()
        try:
            verify_consistency(*open_checkpoint(note, key), *tree, cosigned["consistency"])
        except Invalid as reason:
            raise Invalid(f"{what}: {reason}") from None
        for witness in witnesses:
            try:
                signature = open_signed(note, witness)[1]
            except Invalid:
                continue  # another's; one of them must have signed
            seen.append((witness.name, WitnessKey.time(signature)))
        must(len(seen) > before, f"{what} is not signed by a witness of the root")
    return seen


def verify_record(act, item, tree, people, what):
    """The record of an act, and its actor's request or None: it stands in the tree, is what the
    leaf commits to, is about the letter, and was signed by who acted."""
    evidence, revealed = act["evidence"], act["revealed"]
    leaf = verify_evidence(evidence, tree, "record", what)
    try:
        check_commitment(revealed["record"], revealed["opening"], leaf["commitment"])
    except Invalid as reason:
        raise Invalid(f"{what}: {reason}") from None
    record = decode_cbor(revealed["record"], RECORD, RECORD_MAX, what)
    must(record["index"] == evidence["index"], f"{what} has another number than its leaf")
    must(record["item"] == item, f"{what} is not about this letter")
    return record, verify_request(record, people, what)


def verify_request(record, people, what):
    """9.5: the request of who acted, signed by one of their devices, as the record tells it. What
    the relay alone attests has none: that somebody was let in, and that a letter expired."""
    actor = record["actor"]
    if record["request"] is None:
        must(record["act"] in RELAY_ALONE, f"{what} lacks the request of who acted")
        bare = all(record[name] is None for name in ("reason", "annex", "reference"))
        must(bare and record["outcome"] == "done" and record.get("count", 1) == 1,
             f"{what} says more than the relay alone can attest")
        must((actor is None) == (record["act"] == "expiry"), f"{what} names the wrong actor")
        return None
    if actor is None:
        # Roots and witnesses have no card. They may ask nothing about a letter, and are refused.
        must(record["act"] == "refusal", f"{what} has a request and no actor")
        keys = people.keys_without_card()
    else:
        must(people.owner(actor["device"]) == actor["member"],
             f"{what} is by a device that never was {actor['member']}'s")
        keys = [people.keys[actor["device"]]]
    signers = verify_signed(record["request"], "pli/request/v1", keys, f"the request in {what}")
    request = decode_cbor(record["request"]["bytes"], REQUEST, RECORD_MAX, f"the request in {what}")
    must(signers == [request["device"]], f"the request in {what} is of another device")
    verify_told(record, request, what)
    return request


REFUSED_WITHIN_SECONDS = 720
NEVER_RECORDED = ("quota", "unavailable", "version", "malformed", "disk-full")


def verify_told(record, request, what):
    """The table of 9.5: the record says of a request what it asked. The rows that are about no
    letter (`log-keys`) fit no record here, and `publish` only a hold."""
    (ask, asked), = request["ask"].items()
    item, reason = asked.get("message"), asked.get("reason")
    annex = asked["annex"]["digest"] if asked.get("annex") else None
    done, within = ("done", "already-done"), DRIFT_SECONDS
    if record["act"] == "refusal":
        # What was refused may have been asked in any request that names the letter. It can wait to
        # be counted; and of a request that is of another time, that is what is told.
        must(record["reference"] not in (None, *NEVER_RECORDED), f"{what} names no such refusal")
        told, done = ("refusal", item, None, None, record["reference"]), ("refused",)
        within = 2**64 if record["reference"] == "request-time" else REFUSED_WITHIN_SECONDS
        must(record.get("count", 1) > 0, f"{what} counts nothing")
    else:
        told = {
            "deposit": ("deposit", item, reason, annex, asked.get("reference")),
            "publish": ("hold", record["item"], None, None, asked.get("digest", b"").hex()),
            "mailbox": ("delivery", record["item"], None, None, None),
            "claim": (asked.get("act"), item, reason, annex, None),
            "grant": ("grant", item, None, None, None),
            "reject": ("rejection", item, reason, None, None),
            "acknowledge": ("opening", item, None, None,
                            " ".join(asked.get("rules", [])) or None),
            "letter": ("log-reading", item, reason, None, asked.get("reference")),
            "retire": ("retirement", item, None, None, asked.get("because")),
        }.get(ask)
        must(told, f"{what} is of a request that makes no record, {ask}")
        if asked.get("approves") is not None:
            # An agreement: the list that gives the grants, and the day on which they end.
            told = ("approval", item, None, None, asked["grants"].hex())
            must(record["expires"] == asked["approves"], f"{what} ends on another day than was signed")
        if ask == "acknowledge":
            done = (asked["outcome"],)
        if ask == "deposit":
            # Its writer vouches for parts that nobody could read, and says so in the header.
            done = (*done, "attested")
        must(record.get("count", 1) == 1, f"{what} counts more than one")
    for name, value in zip(("act", "item", "reason", "annex", "reference"), told):
        must(record[name] == value, f"{what} tells another {name} than was signed")
    must(record["outcome"] in done, f"{what} tells another outcome than was signed")
    must(abs(record["time"] - request["time"]) <= within,
        f"{what} is of another time than was signed")


def verify_header(bundle, then, requests, time_then):
    """The header, which every deposit among the acts names; or None where there is none, and the
    group is as it was before the first act."""
    signed, group, what = bundle["header"], bundle["group"], "the header"
    if signed is None:
        must(group["tree"]["size"] <= bundle["acts"][0]["evidence"]["index"],
             "the tree of the group is larger than before the first act, and there is no header")
        return None
    header = decode_cbor(signed["bytes"], HEADER, HEADER_MAX, what)
    core = header["core"]
    writer = then.members.get(core["writer"])
    must(writer, f"{what} is of a writer without a card")
    keys = [key for key in writer.devices() if key_id(key) == core["device"]]
    must(keys, f"{what} is by no device of its writer")
    verify_signed(signed, "pli/header/v1", keys, what)
    kinds = [part["kind"] for part in header["parts"]]
    must(kinds == ["document"] * (len(kinds) - 1) + ["note"],
         f"{what} has not its documents first and then one note")
    must(core["id"] == bundle["item"], f"{what} is of another letter")
    must(core["group"] == group["group"], f"{what} is of another group")
    must(core["head"]["tree"] == group["tree"], f"{what} was made under another tree")
    must(core["head"]["time"] == time_then, f"{what} was made under a head of another time")
    asks = [request["ask"] for act, request, _ in requests if act == "deposit"]
    named = [ask.get("deposit", {}).get("header") for ask in asks]
    must(named, f"{what} is there, and no deposit is among the acts")
    must(all(digest == sha256(signed["bytes"]) for digest in named),
        f"{what} is not what was deposited")
    ends = {"passed": "done", "attested": "attested"}[core["screening"]["verdict"]]
    must(all(outcome in (ends, "already-done") for act, _, outcome in requests if act == "deposit"),
        f"{what} is of a letter that was screened otherwise than its record tells")
    return header


# ------------------------------------------------------------------------------------------------
# The six questions. Each returns the sentence printed after OK, or raises Invalid.
# ------------------------------------------------------------------------------------------------


def check_leaf(key, leaf, proof):
    """Is this leaf in the log?"""
    index, path, checkpoint = parse_proof(proof)
    size, root = open_checkpoint(checkpoint, key)
    verify_inclusion(index, size, root, leaf_hash(leaf), path)
    return f"the leaf is number {index} of the {size} leaves {key.name} has signed"


def check_growth(key, checkpoint, older, hashes):
    """Did the log only grow between two checkpoints?"""
    size, root = open_checkpoint(checkpoint, key)
    older_size, older_root = open_checkpoint(older, key)
    verify_consistency(older_size, older_root, size, root, parse_hashes(hashes))
    return f"the {size} leaves of {key.name} begin with the {older_size} signed before, unchanged"


def check_witnesses(key, checkpoint, witnesses):
    """Who else has seen this checkpoint, and when?"""
    size, _ = open_checkpoint(checkpoint, key)
    seen = []
    for witness in witnesses:
        _, signature = open_signed(checkpoint, witness)
        seen.append(f"{witness.name} at {spell_time(WitnessKey.time(signature), witness.name)}")
    return f"the {size} leaves of {key.name} were seen by {', '.join(seen)}"


def check_commitment(record, opening, commitment):
    """Is this the record the leaf commits to? The opening is 32 random bytes, so that the
    commitment alone lets nobody try out likely records."""
    if len(opening) != 32:
        raise Invalid(f"the opening has {len(opening)} bytes, not 32")
    if not hmac.compare_digest(sha256(opening + record), commitment):
        raise Invalid("the opening and the record do not give the commitment")
    return "the commitment is to this record"


def check_mirror(key, files):
    """Is this the whole log, in the files of c2sp.org/tlog-tiles, and nothing else?"""
    size, root = open_checkpoint(needed(CHECKPOINT, files), key)
    beyond = check_files(size, root, files)
    rest = f"; {beyond} files more are of a run that was not finished" if beyond else ""
    return f"the folder holds the {size} leaves {key.name} has signed, and the tiles over them{rest}"


def check_bundle(data, fingerprint):
    """Is this a letter's account, proved from the fingerprint of the first root statement alone?"""
    signed = decode_cbor(data, SIGNED, BUNDLE_MAX, "the file")
    bundle = decode_cbor(signed["bytes"], BUNDLE, BUNDLE_MAX, "the account")
    people = Statements(fingerprint, bundle["statements"], only=("root", "card", "devices"))
    maker = verify_maker(signed, bundle, people)
    root = people.roots[-1]
    origin = root["relay"]["log_origin"]
    spelled_key = spell_key(origin, ED25519_NOTE + root["relay"]["log_key"])
    key = listed_key(VerifierKey, spelled_key, "the root")
    tree = open_checkpoint(bundle["log"]["checkpoint"].encode(), key)
    head = verify_head(bundle["log"]["head"], tree, "the head of the log")
    must(bundle["made"] == head["time"], "the account is of another time than the head of the log")
    seen = verify_cosigned(bundle["log"], key, tree, witness_keys(root, "the root"))

    requests, before = [], -1
    for place, act in enumerate(bundle["acts"]):
        index = act["evidence"]["index"]
        what = f"act {place} (record {index})"
        must(index > before, f"{what} does not stand behind the one before it")
        record, request = verify_record(act, bundle["item"], tree, people, what)
        must(record["group"] in (None, bundle["group"]["group"]), f"{what} is of another group")
        requests.append((record["act"], request, record["outcome"]))
        before = index

    group = bundle["group"]
    past = (group["tree"]["size"], group["tree"]["root"])
    try:
        verify_consistency(*past, *tree, group["consistency"])
    except Invalid as reason:
        raise Invalid(f"the tree of the group: {reason}") from None
    time_then = verify_head(group["head"], past, "the head of the group's tree")["time"]
    then = Statements(fingerprint, group["statements"], what="statement of the group")
    for version in people.versions.keys() & then.versions.keys():
        must(people.versions[version] == then.versions[version],
             "the statements and those of the group fork: two of one version")
    header = verify_header(bundle, then, requests, time_then)

    acts = [act for act, _, _ in requests]
    counted = ", ".join(f"{acts.count(act)} {act}" for act in ACTS if act in acts)
    alone = sum(request is None for _, request, _ in requests)
    others = ", ".join(f"{name} at {spell_time(time, name)}" for name,
        time in seen) or "nobody else"
    of_header = "its header is not there" if header is None else (
        f"its header is {header['core']['writer']}'s and the one deposited")
    return (
        f"the account of letter {bundle['item'].hex()}, made by {maker} at "
        f"{spell_time(bundle['made'], maker)}: {len(acts)} acts ({counted}), {alone} of "
        f"them by the relay's word alone, among the {tree[0]} leaves {origin} has signed, up to "
        f"{spell_time(head['time'], origin)}, seen by {others}; {of_header}; "
        f"the group's membership was not recomputed")


# ------------------------------------------------------------------------------------------------
# The self-test: published vectors first, then every way a proof can be bent.
# ------------------------------------------------------------------------------------------------

# RFC 8032, section 7.1: TEST 1, 2, 3 and SHA(abc), as (public key, message, signature).
RFC_8032 = [
    ("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
     "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"),
    ("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
     "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"),
    ("fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
     "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"),
    ("ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
     "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
     "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
     "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b589"
     "09351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704"),
]

# Their secret seeds, for the signer of this test.
RFC_8032_SEEDS = [
    "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
    "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
    "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
    "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
]

# The test tree of the Certificate Transparency project: eight leaves, the root at each size,
# some inclusion proofs as (index, size, path) and consistency proofs as (older, newer, path).
CT_LEAVES = [bytes.fromhex(leaf) for leaf in (
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657",
    "606162636465666768696a6b6c6d6e6f")]
CT_ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
CT_INCLUSION = [
    (0, 8, ["96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"]),
    (5, 8, ["bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"]),
    (2, 3, ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
]
CT_CONSISTENCY = [
    (1, 8, ["96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"]),
    (6, 8, ["0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"]),
    (2, 5, ["5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"]),
]

# The note and key printed in the documentation of Go's note package: another implementation's work.
GO_VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_NOTE = """\
If you think cryptography is the answer to your problem,
then you don't know what your problem is.

— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=
"""

# A proof file for leaf 5 of the test tree above, signed with the published key of RFC 8032 TEST 1.
SAMPLE_VKEY = "pli.example/log+44bd5f6d+AddamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea"
SAMPLE_PROOF = """\
c2sp.org/tlog-proof@v1
index 5
vBoGQ7EuTS18d5GPROD095qDi2z57FtcKD4fTYhZnms=
yoVOoSjtBQtBs1/8G4e46yveRh6eO1WW7Oa51ZdaCuA=
037kGJdt2VdTwcc4Yrk5j6Kiz5tP8P3+izDNlSCWFLc=

pli.example/log
8
XcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=

— pli.example/log RL1fbYW3PZmRMMD4vFVdKXzSXRLG6UeiZ2ItWWvUY21dyoL/zLXN4DZISpxpns04hYWYCTngTgt/gGwHqahWE8UIPww=
"""


# The log and witness of the project's own test of cosignatures; the keys have the seeds 01… and 02….
COSIGNED_VKEY = "pli.example/log+a95eeb46+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c"
COSIGNED_WITNESS = "witness.example/w+cb1393dc+BIE5dw6ofRdfVqNUZsNMfszLjYqRtO43ol32D1uPybOU"
COSIGNED_NOTE = """\
pli.example/log
7
AwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwM=

— pli.example/log qV7rRpJ3ATiNlZfrbU9Cn/CjaiwKsBnMOCsxAQUpGmfRNiXPxiAypSWqF9or/HM5+NFYWcioN+F0ZlNHNxWEUb9G3gk=
— witness.example/w yxOT3AAAAABlU/EACyV90XfVB1F52r8061n+L1LvCTuKvxicHFzgB3OCycHLTTGHlFnN3fBVdokbZqG3UhbGJm9Cg153oSsQ5FC1AQ==
"""


def tree_root(leaves):
    """MTH of RFC 6962, computed from the leaves: the plain definition."""
    if not leaves:
        return sha256(b"")
    if len(leaves) == 1:
        return leaf_hash(leaves[0])
    k = split(len(leaves))
    return node_hash(tree_root(leaves[:k]), tree_root(leaves[k:]))


def make_path(index, leaves):
    """PATH of RFC 6962: the inclusion proof of one leaf."""
    if len(leaves) == 1:
        return []
    k = split(len(leaves))
    if index < k:
        return make_path(index, leaves[:k]) + [tree_root(leaves[k:])]
    return make_path(index - k, leaves[k:]) + [tree_root(leaves[:k])]


def make_consistency(older_size, leaves, whole=True):
    """PROOF of RFC 6962: the consistency proof from an older size."""
    if older_size == len(leaves):
        return [] if whole else [tree_root(leaves)]
    k = split(len(leaves))
    if older_size <= k:
        return make_consistency(older_size, leaves[:k], whole) + [tree_root(leaves[k:])]
    return make_consistency(older_size - k, leaves[k:], False) + [tree_root(leaves[:k])]


def make_files(leaves):
    """The files of c2sp.org/tlog-tiles for these leaves, from the definitions there; no checkpoint."""
    files, level, span = {}, 0, 1
    while len(leaves) >= span:
        for index, width in widths(len(leaves) // span):
            first = index * TILE_WIDTH
            starts = range(first * span, (first + width) * span, span)
            tile = b"".join(tree_root(leaves[at : at + span]) for at in starts)
            files[tile_path(level, index, width)] = tile
            if level == 0:
                bundle = leaves[first : first + width]
                lengths = [len(leaf).to_bytes(2, "big") for leaf in bundle]
                files[tile_path("entries", index, width)] = b"".join(
                    length + leaf for length, leaf in zip(lengths, bundle))
        level, span = level + 1, span * TILE_WIDTH
    return files


def point_encode(point):
    """The 32 bytes of a point (RFC 8032, 5.1.2)."""
    inverse = pow(point[2], -1, P)
    x, y = point[0] * inverse % P, point[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


@functools.lru_cache(maxsize=None)
def make_public(seed):
    """The public key of a seed (RFC 8032, 5.1.5)."""
    return point_encode(point_multiply(secret_scalar(seed), BASE))


def secret_scalar(seed):
    """s of RFC 8032, 5.1.5."""
    return int.from_bytes(hashlib.sha512(seed).digest()[:32], "little") & (2**254 - 8) | 2**254


@functools.lru_cache(maxsize=None)
def make_signature(seed, message):
    """The Ed25519 signature (RFC 8032, 5.1.6); with seeds that are no secret."""
    prefix = hashlib.sha512(seed).digest()[32:]
    r = int.from_bytes(hashlib.sha512(prefix + message).digest(), "little") % L
    encoded = point_encode(point_multiply(r, BASE))
    digest = hashlib.sha512(encoded + make_public(seed) + message).digest()
    s = (r + int.from_bytes(digest, "little") * secret_scalar(seed)) % L
    return encoded + s.to_bytes(32, "little")


SEEDS = {name: bytes([0x40 + place]) * 32 for place, name in enumerate(
    ["authority", "parquet", "authority-2", "log", "witness", "stranger",
     "mairie-1", "police-1", "police-2", "auditor-1"])}
KEYS = {name: make_public(seed) for name, seed in SEEDS.items()}
MADE, ORIGIN, LETTER, GROUP = 1_700_000_000, "pli.example/log", bytes(range(16)), bytes(16)


def make_signed(context, value, names):
    """A Signed by these keys of the table above."""
    data = value if isinstance(value, bytes) else encode_cbor(value)
    signatures = [{"algorithm": "ed25519", "key": key_id(KEYS[name]),
                   "signature": make_signature(SEEDS[name], context.encode() + b"\0" + data)}
                  for name in names]
    return {"bytes": data, "signatures": sorted(signatures, key=lambda made: made["key"])}


def make_note(size, root, *witnesses):
    """A checkpoint of the log, with the lines of these witnesses."""
    body = f"{ORIGIN}\n{size}\n{base64.b64encode(root).decode()}\n"
    lines = [(ORIGIN, ED25519_NOTE, "log", b"", body)] + [
        (name, COSIGNATURE_V1, name, MADE.to_bytes(8, "big"),
            f"cosignature/v1\ntime {MADE}\n{body}")
        for name in witnesses]
    note = body + "\n"
    for name, kind, key, time, message in lines:
        hashed = sha256(name.encode() + b"\n" + kind + KEYS[key])[:4]
        line = base64.b64encode(hashed + time + make_signature(SEEDS[key], message.encode()))
        note += f"\N{EM DASH} {name} {line.decode()}\n"
    return note


class Maker:
    """Makes a small town, its log and the account of one letter. `bends` changes a part, by its
    name, before it is signed or goes into the log; `signers` has it signed by others."""

    def __init__(self, bends=(), signers=()):
        self.bends, self.signers = dict(bends), dict(signers)

    def bent(self, part, value):
        """The value, or what a fact makes of it."""
        if part in self.bends:
            changed = self.bends[part](value)
            value = value if changed is None else changed
        return value

    def signed(self, part, context, value, *names):
        """A part with its signatures."""
        return self.bent(f"signed {part}", make_signed(
            context, self.bent(part, value), self.signers.get(part, names)))

    def statement(self, kind, part, value, *names, body=None):
        """A statement."""
        signed = self.signed(part, f"pli/{kind}/v1", value, *names)
        return {"kind": kind, "signed": signed, "body": body}

    def follow(self, statement, change, names, made=5000):
        """The next statement of a chain, so many seconds after the beginning."""
        data = statement["signed"]["bytes"]
        value = CborReader(data).value()
        value["link"] = {"version": value["link"]["version"] + 1, "previous": sha256(data),
                         "made": MADE + made}
        change(value)
        return self.statement(statement["kind"], "next", value, *names)

    def root(self):
        """The first root statement."""
        return self.statement("root", "root", {
            "link": {"version": 1, "previous": None, "made": MADE},
            "authority": KEYS["authority"], "parquet": KEYS["parquet"],
            "relay": {"log_origin": ORIGIN, "log_key": KEYS["log"], "tls_ca": b"x",
                "continues": None},
            "buckets": {"steps": [{"tier": {"seconds": 9}, "count": 2}, {"tier": "month",
                "count": 3}]},
            "log_months": 12,
            "witnesses": {"needed": 1, "keys": [
                spell_key("witness", COSIGNATURE_V1 + KEYS["witness"])],
                "fresh_seconds": 1, "stop_seconds": 1},
        }, "authority", "parquet")

    def card(self, member, function, signer):
        """The first card of a member, who has one device."""
        return self.statement("card", f"card {member}", {
            "link": {"version": 1, "previous": None, "made": MADE + 10}, "member": member,
            "function": function, "organisation": {"id": member, "name": "é"}, "territory": ["x"],
            "devices": [{"key": KEYS[f"{member}-1"], "name": f"{member}-1"}], "personal": bytes(32),
            "deputy": None, "protected": False, "from": MADE, "until": None}, signer)

    def statements(self):
        """Everybody; the police have signed for a second device."""
        devices = [{"key": KEYS[name], "name": name} for name in ("police-1", "police-2")]
        return self.bent("statements", [
            self.root(), self.card("mairie", "COORD", "authority"),
            self.card("police", "PREFT", "authority"), self.card("auditor", "AUD", "parquet"),
            self.statement("devices", "devices police", {
                "link": {"version": 1, "previous": None, "made": MADE + 20}, "member": "police",
                "base": sha256(encode_cbor(devices[:1])), "devices": devices}, "police-1")])

    def record(self, index, act, device, ask, **more):
        """(record, opening) of an act; `ask` None for what the relay alone attests."""
        record = {"version": 1, "index": index, "time": MADE + 100 + index, "act": act,
            "actor": None,
                  "item": LETTER, "group": GROUP, "flow": "F05a", "class": "N2",
                  "expires": MADE + 10**6, "reason": None, "annex": None, "reference": None,
                  "recipients": ["police"], "outcome": "done", "count": 1, "software": "x",
                  "request": None} | more
        if ask:
            member = device.split("-")[0]
            record["actor"] = {"member": member, "function": "COORD", "organisation": member,
                               "device": key_id(KEYS[device])}
            record["request"] = self.signed(f"request {act}", "pli/request/v1", {
                "version": 1, "device": key_id(KEYS[device]), "counter": index, "time": MADE + 90,
                "opening": bytes([index]) * 32, "known": 1, "receipt": None, "ask": ask}, device)
        return encode_cbor(self.bent(f"record {act}", record)), bytes([index]) * 32

    def bundle(self):
        """The account, before it is signed."""
        head = {"head": {"version": 1, "time": MADE + 60, "groups": {"size": 1, "root": bytes(32)}}}
        leaves = [encode_cbor(head)]
        past = {"size": 1, "root": tree_root(leaves)}
        header = self.signed("header", "pli/header/v1", {"core": {
            "version": 1, "id": LETTER, "group": GROUP, "roster_version": 1, "roster": bytes(32),
            "nomenclature": bytes(32), "flow": "F05a", "class": "N2", "handling": "D2",
            "writer": "mairie", "device": key_id(KEYS["mairie-1"]), "recipients": ["police"],
            "created": MADE + 80, "expires": MADE + 10**6, "reply_to": None, "renews": None,
            "gate": {"approver": "police", "until": MADE + 9, "readable_seconds": 9},
            "screening": {"ruleset": bytes(32), "verdict": "attested", "reread": None},
            "head": {"tree": dict(past), "time": MADE + 60}},
            "parts": [{"kind": kind, "bytes": 9, "digest": bytes(32)} for kind in ("document",
                "note")],
        }, "mairie-1")
        annex = {"digest": bytes(32), "devices": [[bytes(16), {"ends": 1, "tier": "month"}]]}
        records = [
            self.record(1, "deposit", "mairie-1", {"deposit": {
                "message": LETTER, "header": sha256(header["bytes"]), "grants": bytes(32),
                "annex": annex, "reason": None, "reference": None}}, annex=bytes(32),
                        outcome="attested"),
            self.record(2, "delivery", "police-1", {"mailbox": {"after": None,
                "beginning": "00010203"}}),
            self.record(3, "refusal", "police-2", {"fetch": {"message": LETTER, "part": 0,
                "from": 0}},
                        reference="not-claimed", outcome="refused", count=3),
            self.record(4, "release", "police-2", {"claim": {
                "message": LETTER, "core": bytes(32), "act": "release", "reason": "suivi",
                "annex": None}}, reason="suivi"),
            self.record(5, "opening", "police-2", {"acknowledge": {
                "message": LETTER, "claim": 4,
                    "outcome": "did-not-verify", "rules": []}}, outcome="did-not-verify"),
            self.record(6, "log-reading", "auditor-1", {"letter": {
                "message": LETTER, "reason": "controle", "reference": "7"}}, reason="controle",
                reference="7"),
            self.record(7, "retirement", "mairie-1", {"retire": {
                "message": LETTER, "because": "replaced"}}, reference="replaced"),
            self.record(8, "approval", "police-1", {"grant": {
                "message": LETTER, "grants": OTHER, "approves": MADE + 10**5}},
                        reference=OTHER.hex(), expires=MADE + 10**5),
            self.record(9, "rejection", "police-1", {"reject": {
                "message": LETTER, "reason": "objet"}}, reason="objet"),
            self.record(10, "expiry", None, None, recipients=[]),
        ]
        for index, (record, opening) in enumerate(records, 1):
            leaves.append(encode_cbor(self.bent(f"leaf {index}", {"record": {
                "version": 1, "commitment": sha256(opening + record), "epoch": 1,
                    "sealed": b"x"}})))
        leaves.append(encode_cbor(self.bent("head", {"head": head["head"] | {"time": MADE + 300}})))
        size, root = len(leaves), tree_root(leaves)
        shown = lambda index: {
            "index": index, "leaf": leaves[index], "inclusion": make_path(index, leaves)}
        return self.bent("bundle", {
            "version": 1, "item": LETTER, "made": MADE + 300, "order": "2026-77", "software": "x",
            "statements": self.statements(),
            "log": {"checkpoint": make_note(size, root), "since": 0, "consistency": [],
                    "head": shown(size - 1), "cosigned": [{
                        "note": make_note(5, tree_root(leaves[:5]), "witness"),
                        "consistency": make_consistency(5, leaves)}]},
            "acts": [{"evidence": shown(index), "revealed": {"opening": opening, "record": record}}
                     for index, (record, opening) in enumerate(records, 1)],
            "header": header,
            "group": {"group": GROUP, "tree": past,
                      "head": {"index": 0, "leaf": leaves[0], "inclusion": []},
                      "consistency": make_consistency(1, leaves),
                      "proof": {"index": 0, "inclusion": []},
                      "statements": self.bent("then", self.statements() + [self.statement(
                          "roster", "roster", b"x", "mairie-1")])}})

    def file(self):
        """The account as a file, and the fingerprint."""
        fingerprint = sha256(self.root()["signed"]["bytes"])
        file = encode_cbor(self.signed("file", "pli/bundle/v1", self.bundle(), "auditor-1"))
        return file, fingerprint


def refusal(check, *arguments):
    """Why `check` does not accept; None if it does."""
    try:
        check(*arguments)
    except Invalid as reason:
        return str(reason)
    return None


def put(path, value):
    """A change for `Maker`: sets what stands at a path, such as "log since"."""
    *way, last = [int(step) if step.isdigit() else step for step in path.split()]
    def bend(whole):
        for step in way:
            whole = whole[step]
        whole[last] = value(whole[last]) if callable(value) else value
    return bend

def everything(*bends):
    """Several changes as one."""
    def bend(whole):
        for one in bends:
            one(whole)
    return bend


def unsigned_since(bundle):
    """Another header in the place of the one deposited."""
    header = CborReader(bundle["header"]["bytes"]).value()
    header["core"]["expires"] += 1
    bundle["header"] = make_signed("pli/header/v1", header, ["mairie-1"])


def head_between(_):
    """A head in the place of a record's leaf."""
    return {"head": {"version": 1, "time": MADE + 104, "groups": {"size": 1, "root": bytes(32)}}}


def group_between(bundle):
    """No header, and the group under the head that stands in the place of act 3."""
    head, seen = bundle["acts"].pop(3)["evidence"], bundle["log"]["cosigned"][0]
    root = decode_base64(seen["note"].splitlines()[2], "the root")
    bundle["header"] = None
    bundle["group"].update(tree={"size": 5, "root": root}, consistency=seen["consistency"],
                           head=head | {"inclusion": head["inclusion"][2:3]})


def made_at(made):
    """The account of another time, and the log's last head with it."""
    return {"bundle": put("made", made), "head": put("head time", made)}


def forked(statements):
    """Another first card of the mairie's, signed as the one."""
    other = Maker({"card mairie": put("territory", [])}).card("mairie", "COORD", "authority")
    return [statements[0], other, *statements[2:]]


OTHER = bytes([9]) * 32
BY_ROOT = put("device", key_id(KEYS["authority"]))
# Of each lie: what it changes, who signs it, and the words that name what is wrong; None where it
# is no lie.
ACCOUNTS = {
    "of a stranger": ({}, {"file": ["stranger"]}, "somebody who was in office"),
    "of the mairie": ({}, {"file": ["mairie-1"]}, "no reviewer"),
    "of two": ({}, {"file": ["auditor-1", "mairie-1"]}, "not signed by one device"),
    "signed falsely": (
        {"signed file": put("signatures 0 signature", bytes(64))}, {},
        "the account has a false signature"),
    "as early as may be": (made_at(MADE - 590), {}, None),
    "before the reviewer's card": (made_at(MADE - 591), {}, "in office"),
    "as late as may be": (made_at(MADE + 31623009), {}, None),
    "a year after the card": (made_at(MADE + 31623010), {}, "in office"),
    "before the log's last head": ({"bundle": put("made", MADE + 299)}, {}, "of another time"),
    "after the log's last head": ({"bundle": put("made", MADE + 301)}, {}, "of another time"),
    "after the office": ({"card auditor": put("until", MADE - 300)}, {}, "in office"),
    "of another version": ({"bundle": put("version", 2)}, {}, "version is none of those"),
    "with a proof from before": ({"bundle": put("log since", 1)}, {}, "since is none of those"),
    "without an order": ({"bundle": put("order", None)}, {}, None),
    "of another letter": ({"bundle": put("item", bytes(16))}, {}, "not about this letter"),
    "another size": (
        {"bundle": put("log checkpoint", lambda note: note.replace("\n12\n", "\n9\n"))}, {},
        "pli.example/log on the checkpoint is false"),
    "of another log": (
        {"root": put("relay log_origin", "pli.example/other")}, {},
        "not signed by pli.example/other"),
    "another log's key": ({"root": put("relay log_key", KEYS["stranger"])}, {}, "not signed by"),
    "an origin that names no key": ({"root": put("relay log_origin", "a b")}, {}, "no usable name"),
    "a head that is not the last": (
        {"bundle": put("log head index", 7)}, {}, "the head of the log is not"),
    "another head": ({"bundle": put("log head leaf", b"x")}, {}, "the head of the log: the leaf"),
    "a record for a head": (
        {"head": lambda _: {"record": {"version": 1, "commitment": OTHER, "epoch": 1,
            "sealed": b""}}}, {}, "not a head's"),
    "an unsigned cosignature": (
        {"bundle": put("log cosigned 0 note", lambda note: "".join(note.splitlines(True)[:-1]))},
        {}, "cosigned note 0 is not signed by a witness"),
    "another's cosignature": (
        {"root": put("witnesses keys 0", spell_key("other", COSIGNATURE_V1 + KEYS["stranger"]))},
        {}, "cosigned note 0 is not signed by a witness"),
    "a cosignature alone": (
        {"bundle": put("log cosigned 0 note",
            lambda note: "".join(note.splitlines(True)[:-2] + note.splitlines(True)[-1:]))}, {},
        "cosigned note 0: the checkpoint"),
    "a witness of another past": (
        {"bundle": put("log cosigned 0 consistency 0", OTHER)}, {},
        "cosigned note 0: the consistency proof"),
    "nobody else": ({"bundle": put("log cosigned", [])}, {}, None),
    "nine cosignatures": (
        {"bundle": put("log cosigned", lambda notes: notes * 9)}, {}, "list of 0 to 8"),
    "another leaf": (
        {"bundle": put("acts 1 evidence leaf", b"x")}, {}, "act 1 (record 2): the leaf"),
    "another proof": (
        {"bundle": put("acts 1 evidence inclusion 0", OTHER)}, {}, "act 1 (record 2): the leaf"),
    "another place": (
        {"bundle": put("acts 6 evidence index", 8)}, {}, "act 6 (record 8): the inclusion"),
    "an endless proof": (
        {"bundle": put("acts 1 evidence inclusion", [OTHER] * 66)}, {}, "list of 0 to 65"),
    "a head for an act": (
        {"bundle": lambda it: it["acts"][0].update(evidence=it["log"]["head"])}, {},
        "not a record's"),
    "another opening": (
        {"bundle": put("acts 3 revealed opening", OTHER)}, {}, "act 3 (record 4): the opening"),
    "another record": (
        {"bundle": put("acts 3 revealed record", b"x")}, {}, "act 3 (record 4): the opening"),
    "acts in another order": (
        {"bundle": put("acts", lambda acts: acts[::-1])}, {}, "does not stand behind"),
    "an act twice": (
        {"bundle": put("acts", lambda acts: acts[:1] + acts)}, {}, "does not stand behind"),
    "acts left out, which nobody can see": (
        {"bundle": put("acts", lambda acts: acts[::2])}, {}, None),
    "no act": ({"bundle": put("acts", [])}, {}, "acts is not a list of 1 to 4096"),
    "no act and no header": (
        {"bundle": everything(put("acts", []), put("header", None))}, {}, "list of 1 to 4096"),
    "a record of another number": ({"record release": put("index", 5)}, {}, "another number"),
    "a record of another letter": (
        {"record release": put("item", bytes(16))}, {}, "not about this letter"),
    "a record of an unknown act": (
        {"record release": put("act", "gift")}, {}, "act is none of those"),
    "a record with a field": ({"record release": put("more", 1)}, {}, "has not the fields"),
    "a record that is too large": (
        {"record expiry": put("software", "x" * 9000)}, {}, "larger than 8192"),
    "a record of before there was a count": (
        {"record release": lambda record: {name: record[
            name] for name in record if name != "count"}}, {}, None),
    "a record that counts": ({"record release": put("count", 2)}, {}, "counts more than one"),
    "a stranger's request": (
        {}, {"request release": ["stranger"]}, "the request in act 3 (record 4)"),
    "another device's request": ({}, {"request release": ["police-1"]}, "does not count here"),
    "a request falsely signed": (
        {"signed request release": put("signatures 0 signature", bytes(64))}, {},
        "the request in act 3 (record 4) has a false signature"),
    "another actor": ({"record release": put("actor member", "mairie")}, {}, "never was mairie's"),
    "no actor": ({"record release": put("actor", None)}, {}, "a request and no actor"),
    "no request": ({"record release": put("request", None)}, {}, "lacks the request"),
    "a request of another device": (
        {"request release": put("device", bytes(16))}, {}, "of another device"),
    "another act": ({"record release": put("act", "export")}, {}, "tells another act"),
    "another reason": ({"record release": put("reason", "autre")}, {}, "tells another reason"),
    "a reference": ({"record release": put("reference", "x")}, {}, "tells another reference"),
    "another annex": ({"record deposit": put("annex", OTHER)}, {}, "tells another annex"),
    "no annex": ({"record deposit": put("annex", None)}, {}, "tells another annex"),
    "a reason nobody gave": (
        {"record delivery": put("reason", "suivi")}, {}, "tells another reason"),
    "an export for a delivery": (
        {"record delivery": put("act", "export")}, {}, "tells another act"),
    "a claim of another letter": (
        {"request release": put("ask claim message", bytes(16))}, {}, "tells another item"),
    "a claim for a deposit": (
        {"request release": put("ask claim act", "deposit")}, {}, "none of those"),
    "attested unsaid": ({"record deposit": put("outcome", "done")}, {}, "screened otherwise"),
    "another outcome": ({"record opening": put("outcome", "done")}, {}, "tells another outcome"),
    "done again": ({"record release": put("outcome", "already-done")}, {}, None),
    "refused, as a release": (
        {"record release": put("outcome", "refused")}, {}, "tells another outcome"),
    "another order": ({"record log-reading": put("reference", "8")}, {}, "tells another reference"),
    "taken back for another reason": (
        {"record retirement": put("reference", "received")}, {}, "tells another reference"),
    "taken back for no reason that there is": (
        {"request retirement": put("ask retire because", "lost")}, {}, "because"),
    "an agreement by another list": (
        {"record approval": put("reference", bytes(32).hex())}, {}, "tells another reference"),
    "an agreement until another day": (
        {"record approval": put("expires", MADE + 10**6)}, {}, "another day than was signed"),
    "an agreement as a grant": ({"record approval": put("act", "grant")}, {}, "tells another act"),
    "a grant as an agreement": (
        {"request approval": put("ask grant approves", None)}, {}, "tells another act"),
    "a refusal of another reason": (
        {"record rejection": put("reason", "suivi")}, {}, "tells another reason"),
    "an agreement as a refusal": (
        {"record rejection": put("act", "approval")}, {}, "tells another act"),
    "taken back again": ({"record retirement": put("outcome", "already-done")}, {}, None),
    "ten minutes later": ({"record release": put("time", MADE + 690)}, {}, None),
    "later than that": ({"record release": put("time", MADE + 691)}, {}, "of another time"),
    "a request that makes no record": (
        {"request opening": put("ask", {"status": {"message": LETTER}})}, {}, "makes no record"),
    "a request about no letter": (
        {"request opening": put("ask", "log")}, {}, "ask is none of those"),
    "a refusal that is not recorded": (
        {"record refusal": put("reference", "quota")}, {}, "no such refusal"),
    "a refusal of nothing": ({"record refusal": put("reference", None)}, {}, "no such refusal"),
    "a refusal that was done": ({"record refusal": put("outcome", "done")}, {}, "another outcome"),
    "a refusal never counted": ({"record refusal": put("count", 0)}, {}, "counts nothing"),
    "a refusal that waited": ({"record refusal": put("time", MADE + 810)}, {}, None),
    "a refusal that waited longer": (
        {"record refusal": put("time", MADE + 811)}, {}, "of another time"),
    "a refusal of the time": (
        {"record refusal": everything(put("reference", "request-time"), put("time", 0))}, {}, None),
    "a refusal of a root": (
        {"record refusal": put("actor", None), "request refusal": BY_ROOT},
        {"request refusal": ["authority"]}, None),
    "a release to a root": (
        {"record release": put("actor", None), "request release": BY_ROOT},
        {"request release": ["authority"]}, "a request and no actor"),
    "an end with a reason": (
        {"record expiry": put("reason", "autre")}, {}, "more than the relay alone"),
    "an end by somebody": (
        {"record expiry": put("actor", {"member": "police", "function": "PREFT",
            "organisation": "police", "device": bytes(16)})}, {}, "wrong actor"),
    "nobody let in": ({"record expiry": put("act", "connection")}, {}, "wrong actor"),
    "another way from the past": (
        {"bundle": put("group consistency 0", OTHER)}, {}, "the tree of the group"),
    "another past": ({"bundle": put("group tree root", OTHER)}, {}, "the tree of the group"),
    "a past to come": ({"bundle": put("group tree size", 2**64 - 1)}, {}, "the tree of the group"),
    "no past": (
        {"bundle": everything(put("group tree", {"size": 0, "root": sha256(b"")}),
            put("group consistency", []))}, {}, "head of the group's tree"),
    "another head of the past": (
        {"bundle": put("group head leaf", b"")}, {}, "head of the group's tree"),
    "no statement of the group": (
        {"then": lambda _: []}, {}, "no statement of the group is a root"),
    "a group without the writer": (
        {"then": lambda all_of: all_of[:1]}, {}, "writer without a card"),
    "two first cards": ({"then": forked}, {}, "fork: two of one version"),
    "a roster where none belongs": (
        {"statements": lambda all_of: all_of + [{"kind": "roster", "signed": make_signed("", b"x",
            ["log"]), "body": None}]}, {}, "no place"),
    "no statement": ({"statements": lambda _: []}, {}, "no statement is a root"),
    "no header": ({"bundle": put("header", None)}, {}, None),
    "no header and no deposit": (
        {"bundle": everything(put("header", None), put("acts", lambda acts: acts[1:]))}, {}, None),
    "no header, and a group of since": (
        {"leaf 4": head_between, "bundle": group_between}, {}, "larger than before the first act"),
    "no header, and a group of just before": (
        {"leaf 4": head_between, "bundle": everything(group_between,
            put("acts", lambda acts: acts[3:]))}, {}, None),
    "a header and no deposit": (
        {"bundle": put("acts", lambda acts: acts[1:])}, {}, "no deposit is among the acts"),
    "a second deposit, of another header": (
        {"request opening": put("ask", {"deposit": {"message": LETTER, "header": OTHER,
            "grants": bytes(32), "annex": None, "reason": None, "reference": None}}),
         "record opening": everything(put("act", "deposit"), put("outcome", "done"))}, {},
        "not what was deposited"),
    "a header of another letter": (
        {"header": put("core id", bytes(16))}, {}, "header is of another letter"),
    "a header of another group": (
        {"header": put("core group", LETTER)}, {}, "header is of another group"),
    "another group": ({"bundle": put("group group", LETTER)}, {}, "is of another group"),
    "a header of another time": ({"header": put("core head time", 7)}, {}, "another time"),
    "a header under another tree": ({"header": put("core head tree size", 2)}, {}, "another tree"),
    "a stranger's header": ({}, {"header": ["stranger"]}, "the header is signed by a key"),
    "another writer": ({"header": put("core writer", "police")}, {}, "no device of its writer"),
    "a note first": ({"header": put("parts", lambda parts: parts[::-1])}, {}, "documents first"),
    "no note": ({"header": put("parts", lambda parts: parts[:1])}, {}, "documents first"),
    "a header signed since": ({"bundle": unsigned_since}, {}, "not what was deposited"),
    "a header of a further device": (
        {"header": everything(put("core writer", "police"), put("core device",
            key_id(KEYS["police-2"])))}, {"header": ["police-2"]}, None),
}

ROOTS, DEVICE_OF = ["authority", "parquet"], lambda *names: [{"key": KEYS[name],
    "name": "x"} for name in names]
TURNED = put("authority", KEYS["authority-2"])


def rooted(change, names, *before):
    """The first root, and one after it."""
    return lambda town: [town.root(), *[make(town) for make in before],
                         town.follow(town.root(), change, names)]


def carded(change, function="COORD", signer="authority", turned=False):
    """A card of the mairie's; after the authority turned to another key, 5,000 s in."""
    def build(town):
        town.bends["card mairie"] = change
        roots = [town.root()]
        if turned:
            roots.append(town.follow(town.root(), TURNED, ["authority", "authority-2"]))
        return [*roots, town.card("mairie", function, signer)]
    return build


def bodied(body, **more):
    """A card of the mairie's with a body."""
    def build(town):
        named = {"personal": sha256(encode_cbor(PERSON))} | more
        town.bends["card mairie"] = lambda card: card.update(named)
        return [town.root(), town.card("mairie", "COORD", "authority") | {"body": body}]
    return build


def followed_by(*steps):
    """Everybody, and what follows: (which statement, what it changes, who signs)."""
    def build(town):
        made = town.statements()
        for place, change, *names in steps:
            made.append(town.follow(made[place], change, names))
        return made
    return build


def many_lists(count):
    """So many lists of devices on one card; the first stands in `statements`."""
    return followed_by(*[(-1, lambda _: None, "police-1")] * (count - 1))


SAME, ONLY_FIRST, ONLY_SECOND = lambda _: None, put("devices", DEVICE_OF("police-1")), put(
    "devices", DEVICE_OF("police-2"))
BASED = lambda *names: put("base", sha256(encode_cbor(DEVICE_OF(*names))))
PERSON = {name: "x" for name in ("family_name", "given_name", "telephone", "email", "attested_by")}
PERSON = {"salt": bytes(32)} | PERSON
CARD_AT, LIST_AT = 2, 4   # of the police, in `statements`
AFTER = lambda _: {"origin": ORIGIN, "restored": {"size": 5, "root": OTHER},
    "newest": {"size": 9, "root": OTHER}}


def reopened(*more, origin="pli.example/log-2"):
    """The first root, and one that opens another log."""
    opens = everything(
        put("relay log_origin", origin), put("relay continues", AFTER), *more)
    return rooted(opens, ROOTS)


NO_LOG = "another log and not how"
SUCCESSIONS = {
    "everybody": (Maker.statements, None),
    "another first root": (lambda town: [town.follow(town.root(), SAME, ROOTS)], "the fingerprint"),
    "a root again": (lambda town: [town.root(), town.root()], None),
    "a root of two": (rooted(put("log_months", 13), ROOTS), None),
    "a root of the authority alone": (
        rooted(put("log_months", 13), ROOTS[:1]), "signature of the parquet"),
    "a root of the parquet alone": (
        rooted(put("log_months", 13), ROOTS[1:]), "signature of the authority"),
    "a root that changes nothing": (rooted(SAME, ROOTS[:1]), "signature of the parquet"),
    "a root of somebody more": (rooted(SAME, [*ROOTS, "stranger"]), "does not count"),
    "the authority's turn": (rooted(TURNED, ["authority", "authority-2"]), None),
    "the authority's turn, by the new": (
        rooted(TURNED, ["authority-2"]), "signature of the authority"),
    "the authority's turn, by the old": (
        rooted(TURNED, ["authority"]), "signature of the authority"),
    "the authority's turn, and more": (
        rooted(everything(TURNED, put("log_months", 13)), ["authority", "authority-2"]),
        "signature of the parquet"),
    "the parquet's turn, by the authority": (
        rooted(put("parquet", KEYS["stranger"]), ["authority", "stranger"]),
        "signature of the parquet"),
    "another log": (reopened(), None),
    "another log under another key": (reopened(put("relay log_key", KEYS["stranger"])), None),
    "another log from all that was seen": (
        reopened(put("relay continues newest", {"size": 5, "root": OTHER})), None),
    "another log from nowhere": (reopened(put("relay continues", None)), NO_LOG),
    "another log under the same name": (reopened(origin=ORIGIN), NO_LOG),
    "another log from a third": (reopened(put("relay continues origin", "x")), NO_LOG),
    "another log from more than was seen": (reopened(put("relay continues newest size", 4)), NO_LOG),
    "another log from nothing": (reopened(put("relay continues restored size", 0)), NO_LOG),
    "another log from two trees": (
        reopened(put("relay continues newest", {"size": 5, "root": bytes(32)})), NO_LOG),
    "another key of the log": (rooted(put("relay log_key", KEYS["stranger"]), ROOTS), NO_LOG),
    "a root that leaves one out": (rooted(put("link version", 3), ROOTS), "does not follow"),
    "a root of another past": (rooted(put("link previous", OTHER), ROOTS), "does not follow"),
    "two first roots": (
        rooted(put("link", {"version": 1, "previous": None, "made": 1}), ROOTS), "fork"),
    "a device as root": (
        rooted(put("authority", KEYS["mairie-1"]), ["authority", "mairie-1"],
            lambda town: town.card("mairie", "COORD", "authority")), "somebody's device"),
    "two of one witness": (rooted(put("witnesses needed", 2), ROOTS), "cannot give"),
    "one witness twice": (
        rooted(put("witnesses keys", lambda keys: keys * 2), ROOTS), "cannot give"),
    "the log as witness": (
        rooted(put("witnesses keys 0", spell_key("w", COSIGNATURE_V1 + KEYS["log"])), ROOTS),
        "cannot give"),
    "a witness without time": (rooted(put("witnesses fresh_seconds", 0), ROOTS), "cannot give"),
    "a key of another type": (rooted(put("witnesses keys 0", COSIGNED_VKEY), ROOTS), "type 0x04"),
    "a key spelled otherwise": (
        rooted(put("witnesses keys 0", lambda key: key + " "), ROOTS), "another way"),
    "a long name": (rooted(put("witnesses keys 0", "x" * 300), ROOTS), "too many bytes"),
    "a card": (carded(SAME), None),
    "a card in the middle of its chain": (carded(put("link version", 5)), None),
    "a card without a number": (carded(put("link version", 0)), "begin"),
    "a card of the parquet": (carded(SAME, signer="parquet"), "not signed by the authority"),
    "a hat of the authority": (carded(SAME, "AUD"), "not signed by the parquet"),
    "a stranger's card": (carded(SAME, signer="stranger"), "does not count"),
    "the old authority's card": (carded(put("link made", MADE + 5599), turned=True), None),
    "the old authority's card, later": (
        carded(put("link made", MADE + 5600), turned=True), "of its time"),
    "the new authority's card": (
        carded(put("link made", MADE + 4400), "COORD", "authority-2", True), None),
    "the new authority's card, before": (
        carded(put("link made", MADE + 4399), "COORD", "authority-2", True), "of its time"),
    "a card without devices": (carded(put("devices", [])), "list of 1 to 8"),
    "a card of one device twice": (
        carded(put("devices", DEVICE_OF("mairie-1", "mairie-1"))), "twice"),
    "a card of a root's key": (carded(put("devices", DEVICE_OF("parquet"))), "key of a root"),
    "a card of another's device": (
        followed_by((1, put("devices", DEVICE_OF("police-2")), "authority")), "somebody else"),
    "a hat for a function": (followed_by((1, put("function", "PROC"), "parquet")), "between a hat"),
    "a body": (bodied(encode_cbor(PERSON)), None),
    "another body": (bodied(encode_cbor(PERSON | {"email": "y"})), "body that is not"),
    "a body of another form": (bodied(b"\xa0", personal=sha256(b"\xa0")), "has not the fields"),
    "a protected body": (bodied(encode_cbor(PERSON), protected=True), "body that is not"),
    "a body of a root": (lambda town: [town.root() | {"body": b""}], "does not name"),
    "a list by a further device": (followed_by((LIST_AT, SAME, "police-2")), None),
    "a list by both": (followed_by((LIST_AT, SAME, "police-1", "police-2")), None),
    "a list by the mairie": (followed_by((LIST_AT, SAME, "mairie-1")), "does not count"),
    "a list by the authority": (followed_by((LIST_AT, SAME, "authority")), "does not count"),
    "a list of nobody": (
        followed_by((LIST_AT, put("member", "nobody"), "police-1")), "without a card"),
    "a list that is not the first": (
        lambda town: town.statements()[:-1] + [town.follow(town.statements()[LIST_AT], SAME,
            ["police-1"])], "does not begin"),
    "a list from another card": (
        followed_by((LIST_AT, put("base", OTHER), "police-1")), "another card"),
    "a list of another's device": (
        followed_by((LIST_AT, put("devices", DEVICE_OF("mairie-1")), "police-1")), "somebody else"),
    "a device struck off": (
        followed_by((LIST_AT, ONLY_SECOND, "police-2"), (-1, SAME, "police-2")), None),
    "a device struck off signs": (
        followed_by((LIST_AT, ONLY_SECOND, "police-2"), (-1, SAME, "police-1")), "does not count"),
    "a device struck off comes back": (
        followed_by((LIST_AT, ONLY_FIRST, "police-1"), (-1, put("devices", DEVICE_OF("police-1",
            "police-2")), "police-1")), "struck off"),
    "a card renewed, and its list": (
        followed_by((CARD_AT, SAME, "authority"), (LIST_AT, SAME, "police-2")), None),
    "a card of other devices, and a list": (
        followed_by((CARD_AT, ONLY_SECOND, "authority"), (LIST_AT, everything(ONLY_SECOND,
            BASED("police-2")), "police-2")), None),
    "a card of other devices, and a list from before": (
        followed_by((CARD_AT, ONLY_SECOND, "authority"), (LIST_AT, ONLY_SECOND, "police-2")),
        "another card"),
    "a device replaced by a card": (
        followed_by((CARD_AT, ONLY_SECOND, "authority"), (LIST_AT, SAME, "police-1")),
        "does not count"),
    "a device replaced comes back": (
        followed_by((CARD_AT, ONLY_SECOND, "authority"), (-1, ONLY_FIRST, "authority")),
        "struck off"),
    "sixty-four lists": (many_lists(64), None),
    "sixty-five lists": (many_lists(65), "one too many"),
}


def holds(check, *arguments):
    """Whether `check` accepts."""
    try:
        check(*arguments)
    except Invalid:
        return False
    return True


def self_test():
    """Yields (what, passed) for each fact."""
    flip = lambda data, at: data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]

    for number, (public_key, message, signature) in enumerate(RFC_8032, 1):
        key, text, sig = (bytes.fromhex(x) for x in (public_key, message, signature))
        yield f"RFC 8032 vector {number} verifies", ed25519_verifies(key, text, sig)
        yield f"RFC 8032 vector {number}, other text", not ed25519_verifies(key, text + b"x", sig)
        yield f"RFC 8032 vector {number}, other R", not ed25519_verifies(key, text, flip(sig, 3))
        yield f"RFC 8032 vector {number}, other S", not ed25519_verifies(key, text, flip(sig, 40))
        s = int.from_bytes(sig[32:], "little") + L
        again = sig[:32] + s.to_bytes(32, "little")
        yield f"RFC 8032 vector {number}, S plus order", not ed25519_verifies(key, text, again)
    for what, number in [("y of p", P), ("y of p + 1", P + 1), ("minus zero", 1 | 1 << 255)]:
        yield f"non-canonical point: {what}", point_decode(number.to_bytes(32, "little")) is None
    neutral = (1).to_bytes(32, "little")
    forged = neutral + bytes(32)  # 0·B = neutral + k·neutral: true for every text
    yield "a key of small order signs nothing", not ed25519_verifies(neutral, b"any", forged)

    for size in range(1, 9):
        leaves, root = CT_LEAVES[:size], bytes.fromhex(CT_ROOTS[size - 1])
        yield f"root of {size} leaves", tree_root(leaves) == root
        for index in range(size):
            leaf, path = leaf_hash(leaves[index]), make_path(index, leaves)
            name = f"leaf {index} of {size}"
            yield name, holds(verify_inclusion, index, size, root, leaf, path)
            yield f"{name}, longer proof", not holds(
                verify_inclusion, index, size, root, leaf, path + [root])
            yield f"{name}, other leaf", not holds(
                verify_inclusion, index, size, root, leaf_hash(b"other"), path)
            yield f"{name}, index beyond", not holds(
                verify_inclusion, index + size, size, root, leaf, path)
            if path:
                yield f"{name}, shorter proof", not holds(
                    verify_inclusion, index, size, root, leaf, path[1:])
                yield f"{name}, other index", not holds(
                    verify_inclusion, index ^ 1, size, root, leaf, path)
        for older in range(1, size + 1):
            proof, older_root = make_consistency(older, leaves), bytes.fromhex(CT_ROOTS[older - 1])
            name = f"from {older} to {size} leaves"
            yield name, holds(verify_consistency, older, older_root, size, root, proof)
            yield f"{name}, longer proof", not holds(
                verify_consistency, older, older_root, size, root, proof + [root])
            yield f"{name}, other past", not holds(
                verify_consistency, older, flip(older_root, 0), size, root, proof)
            yield f"{name}, other present", not holds(
                verify_consistency, older, older_root, size, flip(root, 0), proof)
            if older < size:
                yield f"{name}, backwards", not holds(
                    verify_consistency, size, root, older, older_root, proof)
    for index, size, path in CT_INCLUSION:
        made = make_path(index, CT_LEAVES[:size])
        yield f"published inclusion {index} of {size}", [h.hex() for h in made] == path
    for older, size, path in CT_CONSISTENCY:
        made = make_consistency(older, CT_LEAVES[:size])
        yield f"published consistency {older} to {size}", [h.hex() for h in made] == path
    empty = sha256(b"")
    root = bytes.fromhex(CT_ROOTS[7])
    yield "from nothing", holds(verify_consistency, 0, empty, 8, root, [])
    yield "from nothing, with a proof", not holds(verify_consistency, 0, empty, 8, root, [root])

    go_note = open_note(GO_NOTE.encode(), VerifierKey(GO_VKEY))
    yield "the note of the Go module documentation", go_note.startswith("If you think")
    key, leaf, proof = VerifierKey(SAMPLE_VKEY), CT_LEAVES[5], SAMPLE_PROOF.encode()
    yield "the sample proof", holds(check_leaf, key, leaf, proof)
    yield "the sample proof, other leaf", not holds(check_leaf, key, leaf + b"\n", proof)
    yield "the sample proof, other key", not holds(check_leaf, VerifierKey(GO_VKEY), leaf, proof)
    bent = [("index 5", "index 4"), ("index 5", "index 05"), ("@v1", "@v2"), ("\n8\n", "\n9\n"),
            ("index 5\n", ""), ("=\n\n", "=\n"), ("pli.example/log\n", "pli.example/other\n"),
            ("index 5", "extra !\nindex 5"), ("\n8\n", "\n8\r\n"), ("=\n", "\n")]
    for old, new in bent:
        other = SAMPLE_PROOF.replace(old, new, 1).encode()
        yield f"the sample proof, {old!r} as {new!r}", (
            other != proof and not holds(check_leaf, key, leaf, other))
    extra = SAMPLE_PROOF.replace("index", "extra cGxp\nindex", 1).encode()
    yield "the sample proof, with an extra line", holds(check_leaf, key, leaf, extra)

    for path, tile in [
            ("tile/0/000.p/1", (0, 0, 1)), ("tile/1/273", (1, 273, 256)),
            ("tile/3/x001/x234/067.p/255", (3, 1234067, 255)),
            ("tile/entries/x001/x234/067", ("entries", 1234067, 256))]:
        yield f"the path {path}", parse_tile_path(path) == tile and tile_path(*tile) == path
    for path in ["tile/0/0", "tile/00/000", "tile/0/x000/000", "tile/0/000.p/0", "tile/0/000.p/256",
                 "tile/0/000.p/01", "tile/8/0/000", "tile/0/000/", "/tile/0/000", "tile/-1/000",
                 "tile/0/\u0663\u0660\u0660", "tile/0/000\n", "index.html"]:
        yield f"no path: {path!r}", not holds(parse_tile_path, path)
    mirror = make_files(CT_LEAVES)
    yield "the tile over eight leaves", mirror["tile/0/000.p/8"].hex().startswith(CT_ROOTS[0])
    mirror[CHECKPOINT] = parse_proof(proof)[2]
    yield "a mirror", holds(check_mirror, key, mirror)
    yield "a mirror, other key", not holds(check_mirror, VerifierKey(GO_VKEY), mirror)
    for path, data in mirror.items():
        for at in range(len(data)):
            other = mirror | {path: flip(data, at)}
            if path != CHECKPOINT or at < data.index(b"\n\n"):
                yield f"a mirror, {path} bent at {at}", not holds(check_mirror, key, other)
        yield f"a mirror, {path} longer", not holds(check_mirror, key, mirror | {path: data + b"\0"})
        yield f"a mirror without {path}", not holds(
            check_mirror, key, {name: mirror[name] for name in mirror if name != path})
    yield "a mirror with a page beside it", not holds(check_mirror, key, mirror | {"index.html": b""})
    for size in [1, 255, 256, 257, 511, 512, 600]:
        leaves = [number.to_bytes(2, "big") * (number % 4) for number in range(size)]
        files, root = make_files(leaves), tree_root(leaves)
        yield f"the files of {size} leaves", check_files(size, root, files) == 0
        yield f"the files of {size} leaves, other root", not holds(check_files, size, flip(root, 0), files)
        older = make_files(leaves[: size // 2])
        yield f"the files of {size} leaves, with older ones", check_files(size, root, older | files) == 0
        yield f"the files of {size // 2} leaves, beside more", check_files(
            size // 2, tree_root(leaves[: size // 2]), files | older) > 0
        for path, data in files.items():
            last = flip(data, len(data) - 1)
            yield f"{path} of {size} leaves bent", not holds(check_files, size, root, files | {path: last})
            yield f"{path} of {size} leaves cut", not holds(
                check_files, size, root, files | {path: data[:-1]})

    key, witness = VerifierKey(COSIGNED_VKEY), WitnessKey(COSIGNED_WITNESS)
    seen = lambda note: holds(check_witnesses, key, note.encode(), [witness])
    yield "a cosignature", seen(COSIGNED_NOTE)
    yield "a cosignature, and its time", "2023-11-14T22:13:20Z" in check_witnesses(
        key, COSIGNED_NOTE.encode(), [witness])
    lines = COSIGNED_NOTE.splitlines(keepends=True)
    yield "a cosignature that is not there", not seen("".join(lines[:-1]))
    yield "a cosignature without the log's signature", not seen("".join(lines[:-2] + lines[-1:]))
    for old, new in [("AAAAAB", "AAAAAC"), ("\n7\n", "\n8\n"), ("— witness", "— wintess")]:
        yield f"a cosignature, {old!r} as {new!r}", not seen(COSIGNED_NOTE.replace(old, new, 1))
    record, opening = b"record", bytes(range(32))
    commitment = sha256(opening + record)
    yield "a commitment", holds(check_commitment, record, opening, commitment)
    yield "a commitment, other record", not holds(check_commitment, b"x", opening, commitment)
    yield "a commitment, moved border", not holds(
        check_commitment, opening[31:] + record, opening[:31], commitment)

    for value in [0, 23, 24, 255, 256, 65535, 65536, 2**32 - 1, 2**32, 2**64 - 1, b"", b"x" * 300,
        "é",
                  [], [1, [2]], {}, {"b": 1, "a": {"c": None}}, True, False, None]:
        data = encode_cbor(value)
        anything = lambda found, _, value=value: must(found == value, "another value")
        yield f"CBOR of {data[:9].hex()}", holds(decode_cbor, data, anything, 999, "it")
        yield f"CBOR of {data[:9].hex()}, and a byte", not holds(
            decode_cbor, data + b"\0", anything, 999, "it")
        yield f"CBOR of {data[:9].hex()}, cut", not holds(
            decode_cbor, data[:-1], anything, 999, "it")
    for hexadecimal, why in [
            ("1817", "longer"), ("1900ff", "longer"), ("1a0000ffff", "longer"), ("5800", "longer"),
            ("1b00000000ffffffff", "longer"), ("9f00ff", "indefinite"), ("5f4100ff", "indefinite"),
            ("bfff", "indefinite"), ("1c", "reserved"), ("20", "negative"), ("c100", "tag"),
            ("f90000", "float"), ("f7", "float"), ("f814", "float"), ("ff", "float"), ("61ff",
                "UTF-8"),
            ("62eda0", "UTF-8"), ("a10000", "key"), ("a18000", "key"), ("a2616100616100", "twice"),
            ("9bffffffffffffffff", "fewer"), ("bbffffffffffffffff", "fewer"),
            ("5bffffffffffffffff", "breaks off"), ("7bffffffffffffffff", "breaks off"),
            ("81" * 4000, "deep"), ("a16161" * 4000, "deep"), ("", "breaks off"), ("0000", "end")]:
        said = refusal(decode_cbor, bytes.fromhex(hexadecimal), lambda *_: None, 99999, "it")
        yield f"no CBOR: {hexadecimal[:18]}", said is not None and why in said
    yield "CBOR over its limit", not holds(decode_cbor, b"\x43abc", blob, 3, "it")
    for form, good, bad in [
            (unsigned, [0, 2**64 - 1], [True, None, "1"]),
            (truth, [True], [1, None]),
            (MEMBER, ["a-1"], ["", "-a", "A", "a" * 33, "a\n", "é", 1]),
            (FLOW, ["F05", "F05a"], ["F5", "F05ab", "F\u0665\u0665"]),
            (ROLE, ["AUD"], ["A", "AUDITEURS", "Aud"]),
            (ID, [bytes(16)], [bytes(15), "x" * 16]),
            (TIER, ["day", {"seconds": 1}],
             ["year", {"day": 1}, {}, {"seconds": 1, "day": 2}, {"seconds": None}]),
            (one_of(1), [1], [True, 2, None]),
            (many(unsigned, 2, 1), [[1], [1, 2]], [[], [1, 2, 3], {}, ["x"]]),
            (pair(ID, BUCKET), [[bytes(16), {"ends": 1, "tier": "day"}]], [[bytes(16)], [], None]),
            (struct({"a": unsigned, "b": unsigned, "c": unsigned}, newer=("b",)),
             [{"a": 1, "c": 2}, {"a": 1, "b": 3, "c": 2}],
             [{"c": 2, "a": 1}, {"b": 3, "a": 1, "c": 2}, {"a": 1}, {"a": 1, "c": 2, "d": 3}, 5])]:
        yield f"of the form: {good}", all(holds(form, value, "it") for value in good)
        yield f"not of the form: {bad}", not any(holds(form, value, "it") for value in bad)

    for seed, (public, message, signature) in zip(RFC_8032_SEEDS, RFC_8032):
        seed, message = bytes.fromhex(seed), bytes.fromhex(message)
        yield f"RFC 8032 key of {seed.hex()[:8]}", make_public(seed).hex() == public
        made = make_signature(seed, message)
        yield f"RFC 8032 signature of {seed.hex()[:8]}", made.hex() == signature

    data, fingerprint = Maker().file()
    said = check_bundle(data, fingerprint)
    yield "an account", all(words in said for words in (
        LETTER.hex(), "by auditor at 2023-11-14T22:18:20Z: 10 acts",
        "1 of them by the relay's word alone", "seen by witness at 2023-11-14T22:13:20Z",
        "mairie's and the one deposited", "membership was not recomputed"))
    yield "an account, other fingerprint", "fingerprint" in refusal(check_bundle, data, bytes(32))
    yield "an account, cut", not holds(check_bundle, data[:-1], fingerprint)
    for at in range(0, len(data), 97):
        yield f"an account bent at {at}", not holds(check_bundle, flip(data, at), fingerprint)
    for what, (bends, signers, why) in ACCOUNTS.items():
        found = refusal(check_bundle, *Maker(bends, signers).file())
        yield f"an account, {what}: {found}", found is None if why is None else why in (found or "")
    for what, (build, why) in SUCCESSIONS.items():
        town = Maker()
        statements = build(town)
        fingerprint = sha256(town.root()["signed"]["bytes"])
        found = refusal(Statements, fingerprint, statements)
        yield f"statements, {what}: {found}", found is None if why is None else why in (found or "")
    town = Maker()
    statements = followed_by((LIST_AT, ONLY_FIRST, "police-1"))(town)
    people = Statements(sha256(town.root()["signed"]["bytes"]), statements)
    for device, after, held in [
            ("police-1", -591, False), ("police-1", -590, True), ("police-1", 9999, True),
            ("police-2", -581, False), ("police-2", -580, True), ("police-2", 5599, True),
            ("police-2", 5600, False), ("stranger", 100, False)]:
        found = people.holder(key_id(KEYS[device]), MADE + after) is not None
        yield f"whether {device} stands after {after} s", found == held


# ------------------------------------------------------------------------------------------------
# The command line.
# ------------------------------------------------------------------------------------------------


def read(path, most=-1):
    """The bytes of a file, or the first `most` of them."""
    try:
        with open(path, "rb") as file:
            return file.read(most)
    except OSError as error:
        raise Unusable(f"{path}: {error.strerror}") from None


def from_hex(text, what):
    """Bytes in hexadecimal, without spaces."""
    try:
        if any(c.isspace() for c in text):
            raise ValueError
        return bytes.fromhex(text)
    except ValueError:
        raise Unusable(f"{what} is not hexadecimal") from None


def run(arguments):
    """The sentence to print after OK."""
    given = {name for name, value in vars(arguments).items() if value}
    if given == {"self_test"}:
        results = list(self_test())
        failed = [what for what, passed in results if not passed]
        if failed:
            raise Invalid(f"self-test: {'; '.join(failed)}")
        return f"self-test, {len(results)} facts"
    if given == {"mode"}:
        name, *rest = arguments.mode
        if name == "mirror" and len(rest) == 2:
            return check_mirror(VerifierKey(rest[1]), Folder(rest[0]))
        if name == "bundle" and len(rest) == 2:
            fingerprint = from_hex(rest[1], "the fingerprint")
            if len(fingerprint) != 32:
                raise Unusable("the fingerprint is not 32 bytes long")
            return check_bundle(read(rest[0], BUNDLE_MAX + 1), fingerprint)
        raise Unusable("give mirror DIR VKEY, or bundle FILE FINGERPRINT")
    if given == {"vkey", "leaf", "proof"}:
        key = VerifierKey(arguments.vkey)
        return check_leaf(key, read(arguments.leaf), read(arguments.proof))
    if given == {"vkey", "checkpoint", "older", "consistency"}:
        key = VerifierKey(arguments.vkey)
        files = (arguments.checkpoint, arguments.older, arguments.consistency)
        return check_growth(key, *(read(file) for file in files))
    if given == {"record", "opening", "commitment"}:
        commitment = from_hex(arguments.commitment, "the commitment")
        if len(commitment) != 32:
            raise Unusable("the commitment is not 32 bytes long")
        opening = from_hex(arguments.opening, "the opening")
        return check_commitment(read(arguments.record), opening, commitment)
    if given == {"vkey", "checkpoint", "witness"}:
        witnesses = [WitnessKey(spelled) for spelled in arguments.witness]
        return check_witnesses(VerifierKey(arguments.vkey), read(arguments.checkpoint), witnesses)
    raise Unusable("give one of the six sets of arguments, see --help")


def main():
    """Parses, runs, prints one line."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # a name that this terminal cannot show
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False)
    parser.add_argument("mode", nargs="*", metavar="mirror DIR VKEY | bundle FILE FINGERPRINT",
                        help="a folder that `pli log mirror` made, or any other in that form; "
                        "a letter's account that `pli log bundle` made")
    parser.add_argument("--vkey", help="the log's verifier key, name+hash+base64")
    parser.add_argument("--leaf", metavar="FILE", help="the leaf, its raw bytes")
    parser.add_argument("--proof", metavar="FILE", help="the proof file (tlog-proof)")
    parser.add_argument("--checkpoint", metavar="FILE", help="the newer checkpoint")
    parser.add_argument("--older", metavar="FILE", help="the older checkpoint")
    parser.add_argument("--consistency", metavar="FILE", help="the proof, one hash a line")
    parser.add_argument("--witness", metavar="VKEY", action="append", help="a witness's verifier key")
    parser.add_argument("--record", metavar="FILE", help="the record, its raw bytes")
    parser.add_argument("--opening", metavar="HEX", help="the 32 bytes that open the commitment")
    parser.add_argument("--commitment", metavar="HEX", help="the commitment in the leaf")
    parser.add_argument("--self-test", action="store_true", help="check this program")
    try:
        print(f"OK: {run(parser.parse_args())}")
        return OK
    except Invalid as reason:
        print(f"FAILED: {reason}")
        return DID_NOT_VERIFY
    except Unusable as reason:
        print(f"USAGE: {reason}", file=sys.stderr)
        return USAGE


if __name__ == "__main__":
    sys.exit(main())
