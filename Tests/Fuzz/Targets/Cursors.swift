internal import Chat

/// Positions: read as the plainest reading of `<epoch>-<id>` has it, and as they are written.
func cursor(_ input: [UInt8]) {
    guard let text = String(validating: input, as: UTF8.self) else { return }
    let position = AskedPosition(text)
    expectEqual(position, reference(text), "by the plain reading")
    guard let position else { return }
    expect(position.id >= .zero, "before the beginning")
    if let epoch = position.epoch {
        let cursor = Cursor(epoch: epoch, id: position.id)
        expectEqual(AskedPosition(cursor.description), position, "written and read")
        expect(cursor.description.utf8.count <= 16 + 1 + 19, "long")
    } else {
        expectEqual(AskedPosition(position.id.description), position, "written and read")
    }
}

private func reference(_ text: String) -> AskedPosition? {
    guard let match = text.wholeMatch(of: #/(?:([a-z][a-z0-9]{0,15})-)?([0-9]+)/#.matchingSemantics(.unicodeScalar)),
        let id = Int64(match.2)
    else { return nil }
    return AskedPosition(epoch: match.1.flatMap { Epoch($0) }, id: EntryID(rawValue: id))
}
