"""The folder of one campaign: the server's data and log; and, when it turned red, who saw what."""

import json
import shutil
import tempfile
from dataclasses import asdict
from pathlib import Path


class Evidence:
    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="roomcast-faults-"))
        self.data = self.folder / "data"
        self.data.mkdir()

    def write(self, plan, posts, histories, readers, verdict) -> None:
        if verdict.is_green:
            return
        (self.folder / "plan.json").write_text(json.dumps(asdict(plan), default=str, indent=2) + "\n")
        (self.folder / "violations.txt").write_text("".join(line + "\n" for line in verdict.lines()))
        self._write_lines("posts.jsonl", (asdict(post) | {"shown": None} for post in posts))
        for room, history in histories.items():
            self._write_lines(f"history-{room}.jsonl", (message.whole for message in history))
        for reader in readers:
            head = {"rooms": reader.rooms, "start": reader.start, "gaps": [str(gap) for gap in reader.gaps], "complaints": reader.complaints}
            self._write_lines(f"{reader.name}.jsonl", [head, *([m.id, m.prev, m.room, m.text] for m in reader.messages)])

    def discard(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    def _write_lines(self, name: str, objects) -> None:
        with open(self.folder / name, "w") as file:
            for item in objects:
                file.write(json.dumps(item, ensure_ascii=False) + "\n")
