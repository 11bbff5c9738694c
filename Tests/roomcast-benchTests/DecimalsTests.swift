import Testing

@testable import roomcast_bench

@Suite struct DecimalsTests {
    @Test(arguments: [
        (0, 0, "0"), (999.6, 0, "1 000"), (1_234_567.891, 2, "1 234 567.89"), (0.005, 1, "0.0"), (-0.06, 1, "-0.1"),
        (2.999, 2, "3.00"), (-0.001, 2, "0.00"),
    ])
    func numbers_AreRoundedAndGrouped(value: Double, places: Int, text: String) {
        #expect(value.decimals(places) == text)
    }
}
