import Testing

@Suite struct StreamModelTests {
    /// A failure names its seed, which gives the same run again.
    @Test(arguments: 1...200 as ClosedRange<UInt64>)
    func everyStream_GetsEachEventOnce_InOrder_WhateverHappensInBetween(seed: UInt64) {
        StreamModel(seed: seed).run(steps: 250)
    }
}
