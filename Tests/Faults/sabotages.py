"""A sabotage: a patch that breaks one promise, and the command that must notice."""

import re
from dataclasses import dataclass
from pathlib import Path

CAMPAIGN = "Tests/Faults/run"
SWIFT_TEST = "swift test"
# What a campaign ends with when it has found something; 2 is "no verdict".
FOUND = 1


class Unsound(Exception):
    """The patch does not say what it should."""


@dataclass
class Sabotage:
    name: str
    patch: Path
    # The fault, or the test, that must turn red.
    row: str
    command: str
    # Words that the output must have too; empty if none are asked for.
    shows: str
    why: str

    @property
    def is_swift_test(self) -> bool:
        return SWIFT_TEST in self.command

    @property
    def is_campaign(self) -> bool:
        return CAMPAIGN in self.command

    def objection(self, status: int, output: str) -> str:
        """Why this is not the row turned red; empty if it is."""
        if status == 0:
            return "stayed green"
        if self.is_campaign:
            if status != FOUND or not re.search(r"^RED$", output, re.MULTILINE):
                return f"came to no verdict (status {status})"
            if not re.search(rf"^\| {re.escape(self.row)}\b", output, re.MULTILINE):
                return f"turned another row red than {self.row}"
        elif not any(self.row in line and tells_failure(line) for line in output.splitlines()):
            return f"failed (status {status}), but not for {self.row}"
        if self.shows and self.shows not in output:
            return f"turned red without '{self.shows}'"
        return ""


def tells_failure(line: str) -> bool:
    return bool(re.search(r"✘|\bRED\b|\bFAIL|\bfailed\b|\berror:|: red\b", line))


def read(patch: Path) -> Sabotage:
    """The lines before the diff: `Row:`, `Command:`, perhaps `Shows:`, and why."""
    header = re.split(r"^(?:diff --git |--- )", patch.read_text(), maxsplit=1, flags=re.MULTILINE)
    if len(header) != 2:
        raise Unsound("there is no diff in it")
    fields, why = {}, []
    for line in header[0].splitlines():
        if named := re.match(r"(Row|Command|Shows): *(.+)", line):
            fields[named[1]] = named[2].strip()
        elif line.strip():
            why.append(line.strip())
    if missing := [name for name in ("Row", "Command") if name not in fields]:
        raise Unsound(f"its header has no {' and no '.join(missing)}")
    if not why:
        raise Unsound("its header does not say why")
    return Sabotage(
        patch.stem, patch, fields["Row"], fields["Command"], fields.get("Shows", ""), " ".join(why)
    )
