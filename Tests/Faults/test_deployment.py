"""What Docs/Deployment.md tells people to copy is what is tested."""

import re
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = (ROOT / "Docs/Deployment.md").read_text()
QUOTED = re.compile(r"<!-- (\S+) -->\n```\w*\n(.*?)```\n", re.DOTALL)
UNIT = re.compile(r"```ini\n(.*?)```\n", re.DOTALL)
PROGRAM = "/usr/local/bin/roomcast serve --log-format json"


class DeploymentTests(unittest.TestCase):
    def test_quoted_files_are_the_tested_ones(self):
        quoted = dict(QUOTED.findall(DOCUMENT))
        tested = {str(path.relative_to(ROOT)) for path in (ROOT / "Tests/Faults/proxies").iterdir()}
        self.assertEqual(set(quoted), tested)
        for path, text in quoted.items():
            self.assertEqual(text, (ROOT / path).read_text(), path)

    @unittest.skipUnless(shutil.which("systemd-analyze"), "there is no systemd-analyze")
    def test_unit_is_one_that_systemd_understands(self):
        # Beside it there are parts that are added to it.
        (unit,) = [unit for unit in UNIT.findall(DOCUMENT) if unit.startswith("[Unit]")]
        self.assertIn(f"ExecStart={PROGRAM}\n", unit)
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "roomcast.service"
            # It looks whether the program is there.
            file.write_text(unit.replace(PROGRAM, "/bin/true"))
            verdict = subprocess.run(["systemd-analyze", "verify", str(file)], capture_output=True, text=True)
        self.assertEqual((verdict.returncode, verdict.stderr), (0, ""))


if __name__ == "__main__":
    unittest.main()
