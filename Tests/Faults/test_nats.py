"""When NATS servers count as ready, which of them leads, and what a server that ends by itself is called."""

import subprocess
import tempfile
import time
import unittest
from pathlib import Path
from unittest import mock

import nats
from nats import NatsCluster
from server import DidNotStart

STREAM = "LOG"


class NatsTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.cluster = NatsCluster(Path(folder.name))
        for server in self.cluster.servers:
            server.process = subprocess.Popen(["sleep", "60"])
            self.addCleanup(server.kill)
            self.say(server, meta="nats-1", leader="nats-2")

    def say(self, server, meta: str, leader: str, health: str = "ok", last: int = 7):
        """What its monitoring port shall say."""
        details = [
            {"name": "KV_other", "cluster": {"leader": "nats-3"}},
            {"name": STREAM, "cluster": {"leader": leader}, "state": {"last_seq": last}},
        ]
        answers = {
            "/healthz": {"status": health},
            "/jsz": {"meta_cluster": {"leader": meta}},
            "/jsz?accounts=1&streams=1": {"account_details": [{"stream_detail": details}]},
        }
        server.ask = lambda path: answers[path]

    def test_ready_IsOneLeader_AndAllHealthy(self):
        first = self.cluster.servers[0]
        self.assertTrue(self.cluster._is_ready())
        self.say(first, meta="nats-3", leader="nats-2")
        self.assertFalse(self.cluster._is_ready())
        self.say(first, meta="nats-1", leader="nats-2", health="unavailable")
        self.assertFalse(self.cluster._is_ready())
        first.kill()
        self.assertTrue(self.cluster._is_ready())

    def test_leader_IsOneThatThinksSoItself(self):
        first, second, third = self.cluster.servers
        self.assertIs(self.cluster.await_leader_of(STREAM), second)
        second.kill()
        self.assertIsNone(self.cluster._leader_of(STREAM, None))
        self.say(third, meta="nats-1", leader="nats-3")
        self.assertIs(self.cluster.await_leader_of(STREAM, other_than=second), third)
        self.assertIsNone(self.cluster._leader_of(STREAM, third))

    def test_settledLeader_HasAllOthersBehindItForSomeTime(self):
        _, second, third = self.cluster.servers
        looks = 5
        lacking = iter([6] * looks)
        third.last_of = lambda stream: next(lacking, 7)
        began = time.monotonic()
        with mock.patch.object(nats, "SETTLED_SECONDS", 0.5):
            self.assertIs(self.cluster.await_settled_leader_of(STREAM), second)
        self.assertGreater(time.monotonic() - began, 0.5 + (looks - 1) * nats.LOOK_SECONDS)

    def test_endedByItself_IsNoMatterOfPatience(self):
        fallen = self.cluster.servers[1]
        fallen.process.kill()
        fallen.process.wait()
        with self.assertRaisesRegex(DidNotStart, "nats-2 ended by itself"):
            self.cluster.await_ready()
        fallen.kill()
        self.cluster.await_ready()


if __name__ == "__main__":
    unittest.main()
