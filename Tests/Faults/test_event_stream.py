"""The parser takes what the contract says, however it is cut, and nothing else."""

import unittest

from event_stream import ChunkDecoder, EventParser, FrameSplitter, Malformed, parse_frame

MESSAGE = b'id: k3f9-7\nevent: message\ndata: {"id":7,"prev":0,"room":"a","text":"hi"}'


class Frames(unittest.TestCase):
    def test_aMessage(self):
        event = parse_frame(MESSAGE)
        self.assertEqual((event.kind, event.epoch, event.position, event.message.text), ("message", "k3f9", 7, "hi"))

    def test_withoutId_whereTheContractHasNone(self):
        self.assertIsNone(parse_frame(b'event: caught-up\ndata: {"rooms":["a"],"replayed":0}').id)
        self.assertEqual(parse_frame(b"retry: 2345").kind, "retry")

    def test_aKnownFrame_isParsedOnce(self):
        parser = EventParser()
        self.assertIs(parser.event(MESSAGE), parser.event(bytes(bytearray(MESSAGE))))

    def test_refused(self):
        for frame in [
            b"",
            b"retry: soon",
            b": a comment",
            b"data: {}",
            b"event: surprise\ndata: {}",
            b"event: heartbeat",
            b"event:heartbeat\ndata: {}",
            b"event: heartbeat\r\ndata: {}\r",
            b"event: heartbeat\ndata: {}\ndata: {}",
            b"event: heartbeat\ndata: []",
            b"event: heartbeat\ndata: {",
            b"event: heartbeat\ndata: {}\nnote: x",
            b"id: k3f9\nevent: heartbeat\ndata: {}",
            b'event: heartbeat\ndata: {"a":"\xff"}',
            MESSAGE.replace(b"id: k3f9-7\n", b""),
            MESSAGE.replace(b"k3f9-7", b"k3f9-8"),
            MESSAGE.replace(b'"prev":0,', b""),
            MESSAGE.replace(b'"id":7', b'"id":"7"'),
        ]:
            with self.subTest(frame), self.assertRaises(Malformed):
                parse_frame(frame)


class Cuts(unittest.TestCase):
    def test_framesAndChunks_cutAnywhere(self):
        frames = [MESSAGE, b"event: heartbeat\ndata: {}", "event: heartbeat\ndata: {\"a\":\"大\"}".encode()]
        text = b"".join(frame + b"\n\n" for frame in frames)
        chunks = [text[:5], text[5:90], text[90:]]
        coded = b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks) + b"0\r\n\r\n"
        for step in range(1, len(coded) + 1):
            decoder, splitter, found = ChunkDecoder(), FrameSplitter(), []
            for at in range(0, len(coded), step):
                found += splitter.feed(decoder.feed(coded[at : at + step]))
            self.assertEqual(found, frames)
            self.assertTrue(decoder.ended)

    def test_aFrameThatTheEndCutsOff_isNeverSeen(self):
        self.assertEqual(FrameSplitter().feed(MESSAGE + b"\n"), [])

    def test_chunksThatAreNone(self):
        for coded in (b"zz\r\n", b"2\r\nabc\r\n"):
            with self.subTest(coded), self.assertRaises(Malformed):
                ChunkDecoder().feed(coded)


if __name__ == "__main__":
    unittest.main()
