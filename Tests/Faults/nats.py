"""NATS servers with JetStream: one cluster on this machine, each a process that can be killed and started again."""

import json
import signal
import subprocess
import time
import urllib.request
from pathlib import Path

from server import DidNotStart, free_port

READY_SECONDS = 60
# Of a server that was asked to end.
END_SECONDS = 20
LOOK_SECONDS = 0.05
SETTLED_SECONDS = 3


class NatsServer:
    """One server of the cluster. Started from the main thread only: it is killed when the thread that started it ends."""

    def __init__(self, number: int, folder: Path, route: int, routes: list[int]):
        self.name = f"nats-{number}"
        self.port, self._monitoring = free_port(), free_port()
        self._config, self._log = folder / f"{self.name}.conf", folder / f"{self.name}.log"
        peers = ", ".join(f'"nats://127.0.0.1:{port}"' for port in routes)
        # Clients are not told of the other servers: who is given a way around them shall know no other.
        cluster = f'cluster {{ name: tests, listen: "127.0.0.1:{route}", routes: [{peers}], no_advertise: true }}'
        self._config.write_text(
            f'server_name: {self.name}\nlisten: "127.0.0.1:{self.port}"\nhttp: "127.0.0.1:{self._monitoring}"\n'
            f'jetstream {{ store_dir: "{folder / self.name}" }}\n' + (f"{cluster}\n" if len(routes) > 1 else "")
        )
        self.process: subprocess.Popen | None = None

    @property
    def url(self) -> str:
        return f"nats://127.0.0.1:{self.port}"

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    @property
    def has_fallen(self) -> bool:
        """It ended by itself."""
        return self.process is not None and not self.is_running

    def start(self) -> None:
        with self._log.open("a") as log:
            # Should the harness be killed, the server must not stay behind.
            self.process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", "--", "nats-server", "-c", str(self._config)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def kill(self) -> None:
        """SIGKILL; returns when the process is no more."""
        self._end(signal.SIGKILL)

    def terminate(self) -> None:
        """SIGTERM, and SIGKILL if that takes too long."""
        self._end(signal.SIGTERM)

    def ask(self, path: str) -> dict:
        """What its monitoring port says; empty while it is not there, or says that something is wrong."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self._monitoring}{path}", timeout=1) as answer:
                return json.load(answer)
        except (OSError, ValueError):
            return {}

    def leader_of(self, stream: str) -> str | None:
        """The name of the server that leads a stream, as this one knows."""
        return self._look_at(stream).get("cluster", {}).get("leader")

    def last_of(self, stream: str) -> int:
        """The last message of it that this one has."""
        return self._look_at(stream).get("state", {}).get("last_seq", 0)

    def _look_at(self, stream: str) -> dict:
        accounts = self.ask("/jsz?accounts=1&streams=1").get("account_details", [])
        details = [detail for account in accounts for detail in account.get("stream_detail", [])]
        return next((detail for detail in details if detail["name"] == stream), {})

    def _end(self, how: signal.Signals) -> None:
        if self.process is None:
            return
        self.process.send_signal(how)
        try:
            self.process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None


class NatsCluster:
    """Some servers, of which a client may use any. What awaits something blocks its thread."""

    def __init__(self, folder: Path, count: int = 3):
        folder.mkdir(parents=True, exist_ok=True)
        routes = [free_port() for _ in range(count)]
        self.servers = [NatsServer(number, folder, route, routes) for number, route in enumerate(routes, 1)]

    @property
    def urls(self) -> str:
        return ",".join(server.url for server in self.servers)

    @property
    def running(self) -> list[NatsServer]:
        return [server for server in self.servers if server.is_running]

    def start(self) -> None:
        self.launch()
        self.await_ready()

    def launch(self) -> None:
        """Starts those that do not run."""
        for server in self.servers:
            if not server.is_running:
                server.start()

    def stop(self) -> None:
        for server in self.servers:
            server.kill()

    def await_ready(self) -> None:
        """Returns when JetStream has a leader that all running servers know, and each has all that it keeps."""
        self._await(self._is_ready, "JetStream is not ready")

    def await_leader_of(self, stream: str, other_than: NatsServer | None = None) -> NatsServer:
        """Returns the running server that leads a stream, once there is one; if asked, once it is another one."""
        return self._await(lambda: self._leader_of(stream, other_than), f"{stream} has no leader")

    def await_settled_leader_of(self, stream: str) -> NatsServer:
        """Returns it once it has led for some seconds since all others had what it had when this was called."""
        goal = self.await_leader_of(stream).last_of(stream)
        known: tuple[NatsServer | None, float] = (None, 0.0)

        def settled() -> NatsServer | None:
            nonlocal known
            leader = self._leader_of(stream, None)
            if leader is not known[0] or any(server.last_of(stream) < goal for server in self.servers):
                known = (leader, time.monotonic())
            return leader if leader and time.monotonic() - known[1] > SETTLED_SECONDS else None

        return self._await(settled, f"{stream} has no leader that all follow")

    def _is_ready(self) -> bool:
        running = self.running
        # Monitoring says "unavailable", with another status than 200, while a stream is behind its leader.
        if not running or any(server.ask("/healthz").get("status") != "ok" for server in running):
            return False
        if len(self.servers) == 1:
            return True
        leaders = {server.ask("/jsz").get("meta_cluster", {}).get("leader") for server in running}
        return len(leaders) == 1 and None not in leaders and "" not in leaders

    def _leader_of(self, stream: str, other_than: NatsServer | None) -> NatsServer | None:
        """One that leads thinks so itself: the others may not know yet that it is gone."""
        return next((s for s in self.running if s is not other_than and s.leader_of(stream) == s.name), None)

    def _await(self, condition, failure: str):
        end = time.monotonic() + READY_SECONDS
        while time.monotonic() < end:
            for server in self.servers:
                if server.has_fallen:
                    raise DidNotStart(f"{server.name} ended by itself with status {server.process.returncode}")
            if value := condition():
                return value
            time.sleep(LOOK_SECONDS)
        raise DidNotStart(f"{failure} after {READY_SECONDS} s")
