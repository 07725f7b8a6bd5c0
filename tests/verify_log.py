#!/usr/bin/env python3
"""Verify evidence from the access log of Pli, with nothing but this file and Python.

This program shares no code with Pli. It was written from the public specifications named beside
each function, so that an expert can confirm a proof without trusting the software that made it.
It opens no network connection, reads only the files it is given and writes one line.

It answers five questions:

  1. Is this leaf in the log?        --vkey VKEY --leaf LEAF --proof PROOF
  2. Did the log only grow?          --vkey VKEY --checkpoint NEW --older OLD --consistency HASHES
  3. Is this the record of the leaf? --record RECORD --opening HEX --commitment HEX
  4. Is this folder the whole log?   mirror DIR VKEY
  5. Who else has seen this?         --vkey VKEY --checkpoint NOTE --witness VKEY, once for each

VKEY is the log's verifier key, "name+hash+base64". Its value must reach you by a way of its own
(the parquet's root statement, a letter), never beside the proof: whoever can choose the key can
sign anything.

It does not say that the log is complete, nor that what a record says is true: a proof shows that
these bytes stood at this position of the tree that was signed. Lines signed by other keys than those
asked about are ignored, as the note format asks.

Exit status: 0 verified, 5 did not verify, 2 called wrongly (an argument or a file is unusable).
`--self-test` checks this program against published vectors.
"""

import argparse
import base64
import binascii
import datetime
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


def parse_bundle(path, data, width):
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
        levels[0] += map(leaf_hash, parse_bundle(path, needed(path, files), width))
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
            found = b"".join(map(leaf_hash, parse_bundle(path, found, width)))
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
# The four questions. Each returns the sentence printed after OK, or raises Invalid.
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
        try:
            time = datetime.datetime.fromtimestamp(WitnessKey.time(signature), datetime.timezone.utc)
        except (OverflowError, ValueError, OSError):
            raise Invalid(f"{witness.name} signed a time that no calendar has") from None
        seen.append(f"{witness.name} at {time:%Y-%m-%dT%H:%M:%SZ}")
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


# ------------------------------------------------------------------------------------------------
# The command line.
# ------------------------------------------------------------------------------------------------


def read(path):
    """The bytes of a file."""
    try:
        with open(path, "rb") as file:
            return file.read()
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
    if given == {"mirror"}:
        if len(arguments.mirror) != 3 or arguments.mirror[0] != "mirror":
            raise Unusable("give the folder and the verifier key: mirror DIR VKEY")
        return check_mirror(VerifierKey(arguments.mirror[2]), Folder(arguments.mirror[1]))
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
    raise Unusable("give one of the four sets of arguments, see --help")


def main():
    """Parses, runs, prints one line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False)
    parser.add_argument("mirror", nargs="*", metavar="mirror DIR VKEY",
                        help="a folder that `pli log mirror` made, or any other in that form")
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
