"""What counts as the named row turned red."""

import subprocess
import tempfile
import unittest
from pathlib import Path

from sabotages import Sabotage, Unsound, read

TABLE = "| fault | load held |\n| ----- | --------- |\n| kill9 | 4 posters |\n"


def sabotage(row: str, command: str, shows: str = "") -> Sabotage:
    return Sabotage("name", Path("name.patch"), row, command, shows, "why")


class TurnedRed(unittest.TestCase):
    def test_campaign_IsRed_WithItsRowAndAVerdict(self):
        broken = sabotage("kill9", "Tests/Faults/run --fault kill9")
        self.assertEqual(broken.objection(1, TABLE + "RED\n"), "")
        self.assertIn("green", broken.objection(0, TABLE + "GREEN\n"))
        self.assertIn("no verdict", broken.objection(2, "Traceback"))
        self.assertIn("another row", sabotage("cut", broken.command).objection(1, TABLE + "RED\n"))

    def test_campaign_MustShow_WhatWasAskedFor(self):
        broken = sabotage("kill9", "Tests/Faults/run --fault kill9", shows="lost: ")
        self.assertEqual(broken.objection(1, TABLE + "  lost: k1: gone\nRED\n"), "")
        self.assertIn("without", broken.objection(1, TABLE + "  other: crash: …\nRED\n"))

    def test_swiftTest_IsRed_OnlyForTheNamedTest(self):
        broken = sabotage("resume_MissesNothing", "swift test --filter HubTests")
        self.assertEqual(broken.objection(1, '✘ Test resume_MissesNothing() failed after 1 s\n'), "")
        self.assertIn("not for", broken.objection(1, "✔ Test resume_MissesNothing() passed\n✘ Test other() failed\n"))
        self.assertIn("not for", broken.objection(1, "error: no such module\n"))


class Header(unittest.TestCase):
    def read(self, text: str) -> Sabotage:
        with tempfile.TemporaryDirectory() as folder:
            patch = Path(folder) / "early-answer.patch"
            patch.write_text(text)
            return read(patch)

    def test_header_IsWhatStandsBeforeTheDiff(self):
        found = self.read("Row: kill9\nCommand: x --y z\nAnswers\ntoo early.\n\ndiff --git a/x b/x\nRow: no\n")
        self.assertEqual((found.name, found.row, found.command), ("early-answer", "kill9", "x --y z"))
        self.assertEqual(found.why, "Answers too early.")

    def test_header_WithoutRowOrReasonOrDiff_IsUnsound(self):
        for text in ["Command: x\nwhy\ndiff --git a/x b/x\n", "Row: x\nCommand: x\ndiff --git a/x\n", "Row: x\nCommand: y\nwhy\n"]:
            with self.assertRaises(Unsound):
                self.read(text)


class Patches(unittest.TestCase):
    """What `Tests/run --sabotage` would find out an hour later."""

    def test_eachPatch_AppliesToTheSourceAsItIs(self):
        here = Path(__file__).resolve().parent
        for patch in sorted((here / "sabotage").glob("*.patch")):
            with self.subTest(patch.stem):
                read(patch)
                done = subprocess.run(
                    ["git", "apply", "--check", str(patch)], cwd=here.parents[1], capture_output=True, text=True
                )
                self.assertEqual(done.stderr, "")


if __name__ == "__main__":
    unittest.main()
