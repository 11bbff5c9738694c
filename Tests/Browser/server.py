"""The real server, as a process that a test may kill and start again."""

import json
import os
import re
import shutil
import signal
import subprocess
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
BINARY = os.environ.get("ROOMCAST", str(REPOSITORY / ".build/release/roomcast"))
START_TIMEOUT_S = 20


class Server:
    def __init__(self, data: Path, *options):
        self.data = data
        self.options = options
        self.port = 0
        self.url = None
        self.process = None
        self.output = []

    def start(self):
        """Starts on the port of last time, and returns once the server says that it is ready."""
        command = [BINARY, "serve", "--port", str(self.port), "--data", str(self.data),
                   "--public", str(REPOSITORY / "Public"), "--post-rate", "off", "--streams-per-address", "off",
                   *self.options]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        ready = threading.Event()
        threading.Thread(target=self._read_output, args=(self.process, ready), daemon=True).start()
        if not ready.wait(START_TIMEOUT_S) or self.url is None:
            self.kill()
            raise RuntimeError("the server did not say that it is ready:\n" + "".join(self.output))
        return self

    def _read_output(self, process, ready):
        for line in process.stdout:
            self.output.append(line)
            found = re.search(r"http://[^\s/]+:(\d+)", line)
            if found and not ready.is_set():
                self.port = int(found[1])
                self.url = f"http://127.0.0.1:{self.port}"
                ready.set()
        ready.set()  # It has ended: there is nothing more to wait for.

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def terminate(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=30)

    def forget_everything(self):
        """Another log under the same address, as after a lost disk. Only while the server is down."""
        shutil.rmtree(self.data)
        self.data.mkdir()

    def post(self, room, text, user="bob"):
        """Posts as a bot does, and waits where the server asks to."""
        body = json.dumps({"text": text, "user": user}).encode()
        request = urllib.request.Request(self._room(room), body, {"Content-Type": "application/json"})
        while True:
            try:
                with urllib.request.urlopen(request, timeout=10) as answer:
                    return json.load(answer)
            except urllib.error.HTTPError as error:
                if error.code != 429:
                    raise
                time.sleep(float(error.headers.get("Retry-After", 1)))

    def ask(self, method, path, body=None, cookie=None):
        """Asks as the page does. Returns the answer's JSON, and the cookie that it sets."""
        headers = {"Content-Type": "application/json", "Accept": "application/json", "Sec-Fetch-Site": "same-origin"}
        if cookie:
            headers["Cookie"] = cookie
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + urllib.parse.quote(path, safe="/?=&#"), data, headers, method=method)
        with urllib.request.urlopen(request, timeout=10) as answer:
            told = answer.read()
            return (json.loads(told) if told else None), (answer.headers.get("Set-Cookie") or "").split(";")[0]

    def curl(self, room, text, user="bob"):
        """Posts as the page's own hint says to."""
        subprocess.run(["curl", "-sf", "-d", text, f"{self._room(room)}?user={user}"], check=True, capture_output=True)

    def history(self, room):
        return self._page(room)["messages"]

    def epoch(self):
        return self._page("lobby")["cursor"].split("-")[0]

    def _page(self, room):
        with urllib.request.urlopen(f"{self._room(room)}/messages?limit=500", timeout=10) as answer:
            return json.load(answer)

    def _room(self, room):
        return f"{self.url}/rooms/{urllib.parse.quote(room)}"
