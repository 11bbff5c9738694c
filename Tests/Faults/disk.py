"""The disk under a server's data folder, which forgets what was never synced: the reading half of powerloss.c.

`Disk.environment` preloads the shim into the server. `Disk.lose_power`, called once the server is dead, takes back what a
power cut could have taken. How much that is, is drawn anew for each file:

- *lost*: every write since the last sync is gone;
- *kept*: none is, as after a plain kill -9;
- *torn*: each 512-byte sector goes back, on its own, to a random one of the versions it had since the last sync.

*torn* stands for a disk that reorders: a later write may be there and an earlier one not. Two things are kept in order,
because file systems' own journals do: the changes of names, of which a random number from the first on is kept, and the
truncations of one file (data written into a file after a truncation is not there if the truncation is not).
"""

import os
import random
import shutil
import struct
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

SECTOR = 512
RECORD = struct.Struct("<QQQQQ")
COUNTERS = struct.Struct("<QQQQQQ")
COMPILE = ["cc", "-O2", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC"]


class NotInPlace(Exception):
    """The shim saw nothing, or something that it does not model: no verdict can be given."""


@dataclass
class Record:
    """What one write or truncation replaced; the layout is `struct record` in powerloss.c."""

    kind: str
    start: int
    length: int
    old_size: int
    saved: bytes

    @property
    def sectors(self) -> range:
        return range(self.start // SECTOR, (self.start + self.length + SECTOR - 1) // SECTOR)

    def before(self, start: int, end: int) -> bytes:
        """The bytes of a part of the range as they were; what lay beyond the end of the file reads as zeros."""
        return self.saved[start - self.start : end - self.start].ljust(end - start, b"\0")


@dataclass
class Loss:
    """What one power cut took."""

    style: dict[str, str] = field(default_factory=dict)
    writes: int = 0
    names: int = 0
    unsynced_writes: int = 0

    def __str__(self) -> str:
        files = ", ".join(f"{name} {style}" for name, style in sorted(self.style.items())) or "nothing unsynced"
        return f"{files}; of {self.unsynced_writes} unsynced writes {self.writes} taken back, and {self.names} names"


class Disk:
    def __init__(self, folder: Path, scratch: Path):
        self.folder = folder
        self.journal = scratch / "journal"
        self.shim = scratch / "powerloss.so"
        self.sabotage = ""
        self.sync_delay_microseconds = 0
        self.die_before_operation = 0
        self.die_at_file = ""
        subprocess.run([*COMPILE, "-o", self.shim, Path(__file__).with_name("powerloss.c")], check=True, timeout=60)
        self.forget()

    def environment(self) -> dict[str, str]:
        return {
            "LD_PRELOAD": str(self.shim),
            "POWERLOSS_DIR": str(self.folder),
            "POWERLOSS_JOURNAL": str(self.journal),
            "POWERLOSS_SABOTAGE": self.sabotage,
            "POWERLOSS_SYNC_MICROSECONDS": str(self.sync_delay_microseconds),
            "POWERLOSS_DIE_BEFORE": str(self.die_before_operation),
            "POWERLOSS_DIE_AT": self.die_at_file,
        }

    def forget(self) -> None:
        """From here on, what is in the folder counts as durable. Only while no server runs on it."""
        shutil.rmtree(self.journal, ignore_errors=True)
        self.journal.mkdir()

    def wipe(self) -> None:
        """A new folder on a new disk."""
        for path in self.folder.iterdir():
            path.unlink()
        self.forget()

    def lose_power(self, dice: random.Random, styles: tuple[str, ...] = ("lost", "kept", "torn")) -> Loss:
        self._expect_shim_in_place()
        loss = Loss()
        for path, inode in self._files():
            records = read_records(self.journal / f"{inode}.undo")
            if not records:
                continue
            style = loss.style[path.name] = dice.choice(styles)
            loss.unsynced_writes += len(records)
            if style != "kept":
                loss.writes += undo(path, records, dice if style == "torn" else None)
        changes = read_name_changes(self.journal / "names.undo")
        if styles != ("lost",):
            changes = changes[dice.randint(0, len(changes)) :]
        for change in reversed(changes):
            loss.names += 1
            undo_name(change, self.journal)
        for path in self.folder.rglob("*-shm"):
            path.unlink()
        self.forget()
        return loss

    def alarms(self) -> str:
        path = self.journal / "alarms"
        return path.read_text() if path.exists() else ""

    def counters(self) -> dict[str, int]:
        path = self.journal / "counters"
        values = COUNTERS.unpack(path.read_bytes()) if path.exists() else [0] * 6
        return dict(zip(("writes", "bytes", "syncs", "folder_syncs", "swallowed_syncs", "names"), values))

    def _expect_shim_in_place(self) -> None:
        if self.alarms():
            raise NotInPlace(self.alarms().strip())
        if not (self.journal / "counters").exists():
            raise NotInPlace("powerloss.so was not loaded (a static executable?)")

    def _files(self) -> list[tuple[Path, int]]:
        """Every file of the folder, and those whose names went without being durably gone."""
        paths = [*sorted(self.journal.glob("saved-*")), *sorted(self.folder.rglob("*"))]
        by_inode = {path.stat().st_ino: path for path in paths if path.is_file()}
        return [(path, inode) for inode, path in by_inode.items()]


def read_records(path: Path) -> list[Record]:
    """A file's records that no sync has covered, oldest first. The last may be torn: then its write never began."""
    if not path.exists():
        return []
    journal, at, records, durable = path.read_bytes(), 0, [], 0
    while at + RECORD.size <= len(journal):
        kind, start, length, old_size, saved = RECORD.unpack_from(journal, at)
        at += RECORD.size
        if at + saved > len(journal):
            break
        if chr(kind) == "S":
            durable = max(durable, length)
        else:
            records.append(Record(chr(kind), start, length, old_size, journal[at : at + saved]))
        at += saved
    return records[durable:]


def undo(path: Path, records: list[Record], dice: random.Random | None) -> int:
    """Takes the records back, all of them or what the dice say; the number of those that lost something."""
    versions = Versions(path.stat().st_size, records, dice)
    touched = 0
    with open(path, "r+b") as file:
        for number in reversed(range(len(records))):
            record, lost = records[number], False
            for sector in record.sectors:
                if number >= versions.of(sector):
                    start = max(record.start, sector * SECTOR)
                    end = min(record.start + record.length, (sector + 1) * SECTOR)
                    os.pwrite(file.fileno(), record.before(start, end), start)
                    lost = True
            touched += lost
        os.ftruncate(file.fileno(), versions.size)
    return touched


class Versions:
    """Which version of each sector, and of the size, the disk has: version n is the one before record n."""

    def __init__(self, size: int, records: list[Record], dice: random.Random | None):
        self._dice = dice
        self._touching: dict[int, list[int]] = {}
        self._oldest: dict[int, int] = {}
        self._drawn: dict[int, int] = {}
        self._newest = len(records)
        if dice is None:
            self.size = records[0].old_size
            return
        truncations = [number for number, record in enumerate(records) if record.kind == "T"]
        survivors = dice.randint(0, len(truncations))
        if survivors < len(truncations):
            self._newest = truncations[survivors]
        for number, record in enumerate(records):
            for sector in record.sectors:
                self._touching.setdefault(sector, []).append(number)
                if record.kind == "T" and number < self._newest:
                    self._oldest[sector] = number + 1
        oldest_size = truncations[survivors - 1] + 1 if survivors else 0
        sizes = [record.old_size for record in records] + [size]
        self.size = sizes[dice.randint(oldest_size, self._newest)]

    def of(self, sector: int) -> int:
        if self._dice is None:
            return 0
        if sector not in self._drawn:
            choices = [0, *(number + 1 for number in self._touching[sector])]
            drawn = self._dice.choice(choices)
            self._drawn[sector] = min(max(drawn, self._oldest.get(sector, 0)), self._newest)
        return self._drawn[sector]


def read_name_changes(path: Path) -> list[list[str]]:
    """Changes of names that are not durable, oldest first: number, kind, from, to."""
    if not path.exists():
        return []
    lines = path.read_text().split("\n")[:-1]  # a torn last line was never acted on
    changes = [line.split("\t") for line in lines]
    settled = {number for number, kind, _, _ in changes if kind == "settled"}
    return [change for change in changes if change[0] not in settled]


def undo_name(change: list[str], journal: Path) -> None:
    """Takes one change back; it may never have been made, if the process died at its start."""
    number, kind, source, target = change
    saved = journal / f"saved-{number}"
    if kind == "create":
        Path(source).unlink(missing_ok=True)
    elif kind == "unlink":
        if saved.exists() and not os.path.exists(source):
            os.link(saved, source)
    elif kind == "rename":
        if os.path.exists(target) and not os.path.exists(source):
            os.rename(target, source)
            if saved.exists():
                os.link(saved, target)
    elif kind == "mkdir":
        shutil.rmtree(source, ignore_errors=True)
    elif kind == "rmdir":
        os.makedirs(source, exist_ok=True)
