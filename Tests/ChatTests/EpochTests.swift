import Chat
import Testing

@Suite struct EpochTests {
    @Test(arguments: ["a", "z9", "k3f9ab", "abcdefghijklmnop"])
    func shortWords_AreEpochs(word: String) {
        #expect(Epoch(word)?.word == word)
    }

    /// The first character tells an epoch from an id.
    @Test(arguments: ["", "1", "9a", "A", "aB", "a-b", "a b", "é", "a\u{301}", "abcdefghijklmnopq"])
    func otherWords_AreNot(word: String) {
        #expect(Epoch(word) == nil)
    }

    @Test func randomEpochs_AreSixCharactersThatNobodyConfuses() {
        var generator = SeededGenerator(seed: 1)
        let epochs = (0..<2000).map { _ in Epoch.random(using: &generator) }
        for epoch in epochs { #expect(epoch.word.wholeMatch(of: /[a-km-np-z][a-km-np-z2-9]{5}/) != nil) }
        #expect(Set(epochs).count == epochs.count)
    }
}
