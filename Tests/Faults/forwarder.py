"""A passage between two TCP ports of this machine, whose traffic can be stopped without either side being told."""

import asyncio

from server import free_port

PIECE = 65_536


class Forwarder:
    """While it is stopped it takes bytes and connections as far as the kernel does, and passes nothing on: to both sides it is as
    if a cable had been pulled."""

    def __init__(self, target: int):
        self.port = free_port()
        self._target = target
        self._passing = asyncio.Event()
        self._passing.set()
        self._passages: set[asyncio.Task] = set()
        self._listener: asyncio.Server | None = None

    async def open(self) -> None:
        if self._listener is None:
            self._listener = await asyncio.start_server(self._take, "127.0.0.1", self.port)

    def stop(self) -> None:
        self._passing.clear()

    def let_pass(self) -> None:
        """What was held back goes on, in order, as after a short cut."""
        self._passing.set()

    def break_off(self) -> None:
        """Resets all connections: what was held back is lost, as after a long cut."""
        for passage in self._passages:
            passage.cancel()

    async def close(self) -> None:
        if self._listener:
            self._listener.close()
        passages = list(self._passages)
        self.break_off()
        await asyncio.gather(*passages, return_exceptions=True)

    def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        passage = asyncio.create_task(self._connect(reader, writer))
        self._passages.add(passage)
        passage.add_done_callback(self._passages.discard)

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers, ways = [writer], []
        try:
            await self._passing.wait()
            onward_reader, onward_writer = await asyncio.open_connection("127.0.0.1", self._target)
            writers.append(onward_writer)
            ways = [
                asyncio.create_task(self._pass_on(reader, onward_writer)),
                asyncio.create_task(self._pass_on(onward_reader, writer)),
            ]
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        except OSError:
            pass  # Nobody is there, which the other side is told by its end.
        finally:
            for way in ways:
                way.cancel()
            for each in writers:
                each.transport.abort()
            await asyncio.gather(*ways, return_exceptions=True)

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Until one side ends, which ends the other. Both sides drop what the other has not taken then."""
        while piece := await reader.read(PIECE):
            await self._passing.wait()
            writer.write(piece)
            await writer.drain()
        await self._passing.wait()
