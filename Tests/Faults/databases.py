"""Whether the SQLite files that a server leaves behind are whole; SQLite's own opinion."""

import sqlite3
from pathlib import Path

MAGIC = b"SQLite format 3\0"


def damage(folder: Path) -> list[str]:
    findings = []
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or not path.read_bytes()[: len(MAGIC)] == MAGIC:
            continue
        database = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        try:
            found = [row[0] for row in database.execute("PRAGMA integrity_check")]
        except sqlite3.Error as error:
            found = [str(error)]
        finally:
            database.close()
        if found != ["ok"]:
            findings.append(f"{path.name}: {'; '.join(found[:5])}")
    return findings
