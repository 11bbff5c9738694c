internal import Chat

/// Frames that follow each other with nothing between them.
extension Subscriber {
    /// Copies whole frames, for as long as nothing but a frame can come next; the rest is `prepareNext`'s to find out. It has
    /// each frame looked at from all sides, and that takes more instructions than to copy it: here it is done once for all.
    ///
    /// - Returns: how many bytes were copied. 0 says nothing about whether there is something.
    func copyFrames(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        guard format == .sse, losses == nil, !isLeaving, !hasFailed, !isAwaitingPage, !hearsEverything else { return 0 }
        var through = EntryID(rawValue: .max)
        if let replay {
            guard hasTurn, replay.prelude == nil else { return 0 }
            through = replay.through
        }
        var copied = 0
        var count = 0
        if let page {
            // The first tells what has been lost before it.
            guard nextInPage > 0 else { return 0 }
            let frames = page.frames
            while Int(nextInPage) < frames.count, !page.isEvicted,
                copy(frames[Int(nextInPage)], through: through, into: buffer, behind: &copied)
            {
                nextInPage += 1
                count += 1
            }
            loop.counts.fromPages += count
        } else if isInTails && mirrors.count == 1 {
            let mirror = mirrors[0]
            guard firstPlace.next >= mirror.tail.firstNumber else { return 0 }
            let end = mirror.tail.endNumber
            while firstPlace.next < end,
                copy(mirror.tail[firstPlace.next], through: through, into: buffer, behind: &copied)
            {
                firstPlace.next += 1
                count += 1
            }
            loop.counts.fromTails += count
        }
        guard copied > 0 else { return 0 }
        replay?.count += count
        if hasTurn {
            bytesInTurn += UInt32(clamping: copied)
            if page == nil && bytesInTurn >= CatchUpTurns.bytes { endTurn() }
        }
        return copied
    }

    /// - Parameter count: of bytes that are in `buffer`; moved on.
    /// - Returns: whether it was copied. A frame that is not copied is looked at again, from all sides.
    private func copy(
        _ frame: Frame, through: EntryID, into buffer: UnsafeMutableRawBufferPointer, behind count: inout Int
    ) -> Bool {
        // An access generation is looked at for each frame: a right may be lost at any time.
        guard frame.id <= through, frame.kind != .deletion, frame.sse.count <= buffer.count - count,
            access.generation == accessGeneration
        else { return false }
        frame.sse.withUnsafeBytes { bytes in
            buffer.baseAddress!.advanced(by: count).copyMemory(from: bytes.baseAddress!, byteCount: bytes.count)
        }
        count += frame.sse.count
        position = frame.id
        return true
    }
}
