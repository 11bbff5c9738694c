"""A forwarder that is stopped loses nothing and tells nobody; one that is broken off tells both sides."""

import asyncio
import unittest

from forwarder import Forwarder


class ForwarderTest(unittest.IsolatedAsyncioTestCase):
    async def asyncSetUp(self):
        echo = await asyncio.start_server(self._echo, "127.0.0.1", 0)
        self.addAsyncCleanup(self._close, echo)
        self.forwarder = Forwarder(echo.sockets[0].getsockname()[1])
        await self.forwarder.open()
        self.addAsyncCleanup(self.forwarder.close)

    @staticmethod
    async def _close(server):
        server.close()

    @staticmethod
    async def _echo(reader, writer):
        try:
            while data := await reader.read(1000):
                writer.write(data)
        except OSError:
            pass
        finally:
            writer.close()

    async def connect(self):
        reader, writer = await asyncio.open_connection("127.0.0.1", self.forwarder.port)
        self.addCleanup(writer.close)
        return reader, writer

    async def test_passesBothWays(self):
        reader, writer = await self.connect()
        writer.write(b"there and back")
        self.assertEqual(await reader.readexactly(14), b"there and back")

    async def test_stopped_passesNothing_thenAllInOrder(self):
        reader, writer = await self.connect()
        writer.write(b"1")
        await reader.readexactly(1)
        self.forwarder.stop()
        writer.write(b"23")
        late_reader, late_writer = await self.connect()
        late_writer.write(b"new")
        for silent in (reader, late_reader):
            with self.assertRaises(TimeoutError):
                async with asyncio.timeout(0.05):
                    await silent.read(1)
        self.forwarder.let_pass()
        self.assertEqual(await reader.readexactly(2), b"23")
        self.assertEqual(await late_reader.readexactly(3), b"new")

    async def test_brokenOffWhileStopped_endsConnections_andTakesNewOnes(self):
        reader, writer = await self.connect()
        writer.write(b"1")
        await reader.readexactly(1)
        self.forwarder.stop()
        writer.write(b"lost")
        self.forwarder.break_off()
        self.forwarder.let_pass()
        with self.assertRaises((EOFError, OSError)):
            await reader.readexactly(1)
        reader, writer = await self.connect()
        writer.write(b"new")
        self.assertEqual(await reader.readexactly(3), b"new")

    async def test_withNobodyBehindIt_endsTheConnection(self):
        dead = Forwarder(1)
        await dead.open()
        self.addAsyncCleanup(dead.close)
        reader, writer = await asyncio.open_connection("127.0.0.1", dead.port)
        self.addCleanup(writer.close)
        with self.assertRaises((EOFError, OSError)):
            await reader.readexactly(1)


if __name__ == "__main__":
    unittest.main()
