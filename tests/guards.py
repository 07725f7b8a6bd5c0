#!/usr/bin/env python3
"""Takes the guards of membership out of the code, one by one, and expects the property test to notice.

    python3 tests/guards.py [RULE...]

Each guard is a line of `shared/src` and what stands in its place when it is off; where two lines hold the
same, for the relay and for whoever reads its answers, both are off. The tree is copied to a
folder of its own first, so nothing here is changed. A guard that can be taken out unnoticed ends this with
exit code 1; so does one whose line is not found any more: then this list has to follow the code.
"""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent

# Rule, what the guard keeps out, then each line, and the line when it is off. That cards are signed by the authority
# alone is not among them: a card makes nobody a reader, whoever signs it.
GUARDS = [
    ("R-07", "a struck device on a card or a list",
     ".is_some_and(|person| person.has_struck(device.id()))",
     ".is_some_and(|person| person.has_struck(device.id()) && false)"),
    ("R-44", "a list of devices that none of them signed",
     "statement.signed.verify(|id| before.iter().map(|device| device.key).find(|key| key.id() == id))?",
     "statement.signed.verify(self.all_keys())?"),
    ("R-08", "a group taken over by others than its leaders",
     'must(by_leader || by_authority, "a leader of the group")?;',
     "let _ = (by_leader, by_authority);"),
    ("R-08", "a group without the visa",
     'must(self.has_visa(&group, made), "PROC (visa)")?;',
     "let _ = self.has_visa(&group, made);"),
    ("R-09", "somebody added by one leader alone",
     "must(only_less && !less.is_empty() && (leader() || colleague()), missing)?;",
     "let _ = (only_less, &less, leader, colleague);"),
    ("R-09", "somebody added under cover of a removal",
     "must(only_less && !less.is_empty() && (leader() || colleague()), missing)?;",
     "let _ = only_less; must(leader() || colleague(), missing)?;"),
    ("R-09", "somebody whose function may not join",
     "function && (!rules.local.contains(&card.function) || meets())",
     "function || meets() || true"),
    ("R-34", "a device that the roster does not name",
     "&& self.people.reaches(device, &seat.devices)",
     "&& (self.people.reaches(device, &seat.devices) || true)"),
    ("R-45", "a charter without the visa",
     'must(two, "PROC (visa), who is somebody else")?;',
     "let _ = two;"),
    ("R-46", "a charter signed for somebody else",
     'must(self.signs_for(&adhesion, &value.member, made), "the member")?;',
     "let _ = self.signs_for(&adhesion, &value.member, made);",
     "if continuity == Continuity::Next && !self.signed_in(held, &adhesion, &value.member) {",
     "if false && continuity == Continuity::Next && !self.signed_in(held, &adhesion, &value.member) {"),
    ("R-46", "a charter signed on a device that somebody else put on the card",
     "if !adhesion.signers().iter().any(|device| self.people.reaches(*device, &seat.devices)) {",
     "if false && !adhesion.signers().iter().any(|device| self.people.reaches(*device, &seat.devices)) {",
     "if continuity == Continuity::Next && !self.signed_in(held, &adhesion, &value.member) {",
     "if false && continuity == Continuity::Next && !self.signed_in(held, &adhesion, &value.member) {"),
    ("R-35", "something nominative without a signature under the charter",
     "chartered(core.group, &core.writer, flow.class, directory, now)?;",
     "",
     "chartered(core.group, member, flow.class, directory, now).map_err(|_| Refusal::RecipientUnsigned)?;",
     "if place < named.len() { "
     "chartered(core.group, member, flow.class, directory, now).map_err(|_| Refusal::RecipientUnsigned)?; }"),
    ("R-35", "something nominative to who has not signed",
     "chartered(core.group, member, flow.class, directory, now).map_err(|_| Refusal::RecipientUnsigned)?;",
     ""),
    ("R-05", "a statement of the past",
     "if again || next { Ok(()) } else { Err(InvalidStatement::Chain { held, found }) }",
     "let _ = (again, next); Ok(())"),
]


def main(wanted):
    survived = []
    with tempfile.TemporaryDirectory() as folder:
        copy = pathlib.Path(folder) / "tree"
        ignored = shutil.ignore_patterns("target", ".git")
        shutil.copytree(ROOT, copy, ignore=ignored)
        # What was built without a guard, in another copy, is not taken for this one.
        for path in (copy / "shared").rglob("*.rs"):
            path.touch()
        environment = dict(os.environ, CARGO_TARGET_DIR=str(ROOT / "target" / "guards"), PLI_RUNS="2000")
        if not passes(copy, environment):
            sys.exit("the property test does not pass as it is")
        for rule, what, *lines in GUARDS:
            if wanted and rule not in wanted:
                continue
            before = {path: path.read_text() for path in (copy / "shared" / "src").rglob("*.rs")}
            after = dict(before)
            for guard, off in zip(lines[::2], lines[1::2]):
                files = [path for path, text in before.items() if plain(guard) in plain(text)]
                if len(files) != 1:
                    sys.exit(f"{rule}  {what}: a guard's line is in {len(files)} files")
                after[files[0]] = replaced(after[files[0]], guard, off)
            for path, text in after.items():
                if text != before[path]:
                    path.write_text(text)
            noticed = not passes(copy, environment)
            for path, text in before.items():
                if text != after[path]:
                    path.write_text(text)
            print(f"{rule}  {what}: {'noticed' if noticed else 'NOT NOTICED'}", flush=True)
            if not noticed:
                survived.append((rule, what))
    sys.exit(1 if survived else 0)


def plain(text):
    """Without the line breaks that formatting puts in."""
    return "".join(text.split())


def replaced(text, guard, off):
    """The text with the guard off, wherever its lines break."""
    wanted, at = plain(guard), 0
    for at in range(len(text)):
        end, found = at, 0
        while end < len(text) and found < len(wanted):
            if not text[end].isspace():
                if text[end] != wanted[found]:
                    break
                found += 1
            end += 1
        if found == len(wanted):
            return text[:at] + off + text[end:]
    return text


def passes(tree, environment):
    """Whether the property test passes; a tree that does not compile is no answer."""
    built = subprocess.run(["cargo", "test", "-q", "-p", "pli-shared", "--test", "membership", "--no-run"],
                           cwd=tree, env=environment, capture_output=True, text=True)
    if built.returncode != 0:
        sys.exit(f"it does not compile without a guard:\n{built.stderr}")
    run = subprocess.run(["cargo", "test", "-q", "-p", "pli-shared", "--test", "membership"],
                         cwd=tree, env=environment, capture_output=True, text=True)
    return run.returncode == 0


if __name__ == "__main__":
    main(set(sys.argv[1:]))
