"""A script asks a question and waits; the server is killed again and again meanwhile; then somebody replies, once."""

import asyncio
import json
import os
import random
import re
import signal
import time
from pathlib import Path

from connection import Connection
from history import read_history
from result import Result
from server import Server

# As a user would write it; the retries are curl's own.
SCRIPT = """#!/bin/sh
set -eu
answer=$(curl -sf --retry 1000 --retry-delay 1 --retry-max-time 60 --retry-all-errors \\
    -H "Idempotency-Key: $BUILD" -H 'Accept: text/plain' -d 'deploy?' \\
    "$ROOMCAST_URL/rooms/ops?user=ci&await=reply&timeout=30")
printf '%s\\n' "$answer"
"""
# Answers as they can be: of several lines, of what a shell would expand, of what a form would decode.
REPLIES = ["yes", "no, wait\nuntil 100% of $HOME is `backed` up", "大厅 👍🏽 \\n *", "a=b&text=c", '{"text":"no"}', "-n  two  "]
KILLS = 3
# Most deaths come while the script waits on the server, the others at any instant after a ready line; some also right
# after somebody has replied.
WAITING_SHARE = 0.7
LATE_SHARE = 0.5
LIFE_SECONDS = (0.0, 0.8)
DOWN_SECONDS = (0.0, 0.6)
PATIENCE_SECONDS = 60


class Question:
    """Not a campaign's fault: here the load is one patient script."""

    name = "question"
    load = "a script"

    def __init__(self, plan, evidence):
        self._plan = plan
        self._dice = random.Random(plan.seed)
        self._folder = evidence.folder
        self._server = Server(plan.executable, evidence.data, evidence.folder / "server.log", dict)
        self.result = Result()
        self._seconds: list[float] = []
        self._deaths = self._deaths_while_waiting = 0

    async def run(self) -> Result:
        script = self._folder / "ask"
        script.write_text(SCRIPT)
        asked: list[tuple[int, str]] = []
        try:
            await self._server.start()
            for number in range(1, self._plan.rounds + 1):
                reply = self._dice.choice(REPLIES)
                asked.append((number, reply))
                await self._round(number, reply, script)
                self.result.survived += 1
            await self._check_log(asked)
            if await self._server.terminate() != 0:
                self._found("SIGTERM did not end it with 0")
        except Exception as failure:
            self._found(f"{type(failure).__name__}: {failure}")
        finally:
            await self._server.close()
        for crash in self._server.crashes:
            self._found(crash)
        if self._seconds:
            self.result.remarks.append(
                f"questions: {len(asked)} asked over {self._deaths} deaths, {self._deaths_while_waiting} of them while the "
                f"script waited; from the reply to its being printed {max(self._seconds):.2f} s at most"
            )
        if not self._deaths_while_waiting:
            self._found("the server never died while the script waited")
        return self.result

    async def _round(self, number: int, reply: str, script: Path) -> None:
        environment = os.environ | {"BUILD": f"build-{number}", "ROOMCAST_URL": f"http://127.0.0.1:{self._server.port}"}
        process = await asyncio.create_subprocess_exec(
            *["setpriv", "--pdeathsig", "KILL", "--", "sh", script],
            env=environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            start_new_session=True,
        )
        try:
            for _ in range(KILLS):
                if self._dice.random() < WAITING_SHARE:
                    await self._script_waits()
                await asyncio.sleep(self._dice.uniform(*LIFE_SECONDS))
                await self._die()
            if process.returncode is not None:
                self._found(f"question {number}: the script gave up, {process.returncode}")
                return
            began = await self._reply(number, reply)
            if self._dice.random() < LATE_SHARE:
                await self._die()
            try:
                async with asyncio.timeout(PATIENCE_SECONDS):
                    printed, _ = await process.communicate()
            except TimeoutError:
                self._found(f"question {number}: {PATIENCE_SECONDS} s after the reply the script had not printed it")
                return
            self._seconds.append(time.monotonic() - began)
            # As `$(…)` has it.
            if process.returncode != 0 or printed.decode() != reply.rstrip("\n") + "\n":
                self._found(f"question {number}: ended with {process.returncode}, printed {printed!r}, the reply was {reply!r}")
            print(
                f"round {number:3}/{self._plan.rounds}  killed {KILLS} times and more, replied, "
                f"printed {self._seconds[-1] * 1000:.0f} ms later",
                flush=True,
            )
        finally:
            if process.returncode is None:
                os.killpg(process.pid, signal.SIGKILL)
                await process.wait()

    async def _die(self) -> None:
        self._deaths += 1
        self._deaths_while_waiting += await self._connections() > 1
        await self._server.kill()
        await asyncio.sleep(self._dice.uniform(*DOWN_SECONDS))
        await self._server.start()

    async def _script_waits(self) -> None:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while await self._connections() < 2:
                await asyncio.sleep(0.02)

    async def _connections(self) -> int:
        """Those that are open, the one that asks among them."""
        connection = Connection(self._server.port)
        try:
            metrics = (await connection.request("GET", "/metrics")).body.decode()
        finally:
            connection.close()
        return int(re.search(r"^roomcast_connections_open (\d+)$", metrics, re.MULTILINE)[1])

    async def _reply(self, number: int, reply: str) -> float:
        """As soon as the question is there; when."""
        connection = Connection(self._server.port)
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                while len(questions := await self._of(connection, "ci")) < number:
                    await asyncio.sleep(0.02)
                began = time.monotonic()
                answer = await connection.request(
                    "POST",
                    "/rooms/ops?user=ann",
                    {"Content-Type": "application/json"},
                    json.dumps({"text": reply, "reply_to": questions[-1].id}).encode(),
                )
            if answer.status != 201:
                self._found(f"reply {number}: {answer}")
            self.result.acknowledged += 1
            return began
        finally:
            connection.close()

    async def _of(self, connection: Connection, user: str) -> list:
        return [m for m in await read_history(connection, "ops") if f'"user": "{user}"' in m.whole]

    async def _check_log(self, asked: list[tuple[int, str]]) -> None:
        connection = Connection(self._server.port)
        questions, replies = await self._of(connection, "ci"), await self._of(connection, "ann")
        everything = await read_history(connection, "ops")
        connection.close()
        if len(questions) != len(asked):
            self._found(f"{len(asked)} questions were asked, {len(questions)} are in the log", "duplicated")
        if [message.text for message in replies] != [reply for _, reply in asked]:
            self._found(f"the replies in the log are {[message.text for message in replies]}", "duplicated")
        if len(everything) != len(questions) + len(replies):
            self._found("the log has something else")

    def _found(self, what: str, kind: str = "other") -> None:
        self.result.verdict.add(kind, f"question {self.result.survived + 1}", what)
