import Testing

@testable import ChatHTTP

@Suite struct PrometheusTextTests {
    @Test func families_AreWrittenAsTheFormatHasIt() {
        let text = PrometheusText.encode([
            MetricFamily(.counter, "a_total", "What \\ a\nline \"is\".", 3),
            MetricFamily(
                .gauge, "b", "Two.", [MetricSample(0.5, ["x": "1", "y": "a\"b\\c\nd"]), MetricSample(-1, ["x": "大"])]),
            MetricFamily(
                .histogram, "c_seconds", "Three.",
                MetricSample.histogram(bounds: [0.1, 1], counts: [2, 0, 3], sum: 12.25, ["kind": "k"])),
        ])
        #expect(
            text == """
                # HELP a_total What \\\\ a\\nline "is".
                # TYPE a_total counter
                a_total 3
                # HELP b Two.
                # TYPE b gauge
                b{x="1",y="a\\"b\\\\c\\nd"} 0.5
                b{x="大"} -1
                # HELP c_seconds Three.
                # TYPE c_seconds histogram
                c_seconds_bucket{kind="k",le="0.1"} 2
                c_seconds_bucket{kind="k",le="1"} 2
                c_seconds_bucket{kind="k",le="+Inf"} 5
                c_seconds_sum{kind="k"} 12.25
                c_seconds_count{kind="k"} 5

                """)
    }

    @Test func whatIsWritten_IsReadBack() throws {
        let nasty = "a\"b\\c\nd\\n,x=\"1\"}"
        let text = PrometheusText.encode([
            MetricFamily(.gauge, "a", nasty, [MetricSample(1, ["x": nasty, "y": ""])]),
            MetricFamily(
                .histogram, "h", "H.",
                MetricSample.histogram(bounds: [1], counts: [1, 2], sum: 3)
                    + MetricSample.histogram(bounds: [1], counts: [0, 0], sum: 0, ["x": "y"])),
        ])
        let read = try PrometheusParser(text)
        #expect(try read.value("a", ["x": nasty, "y": ""]) == 1)
        #expect(read.families["a"]?.help == nasty)
        #expect(try read.value("h_count") == 3)
    }

    @Test(arguments: [
        (0.0, "0"), (-0.0, "0"), (1e6, "1000000"), (9_007_199_254_740_992, "9007199254740992"), (0.1, "0.1"),
        (1e-9, "1e-09"),
        (1e300, "1e+300"), (.infinity, "+Inf"), (-.infinity, "-Inf"), (.nan, "NaN"),
    ])
    func number_IsWrittenAsGoReadsIt(value: Double, text: String) {
        #expect(PrometheusText.number(value) == text)
    }

    @Test func familyOfTwoSources_IsWrittenOnce() throws {
        let text = PrometheusText.encode([
            MetricFamily(.gauge, "a", "A.", [MetricSample(1, ["x": "1"])]), MetricFamily(.gauge, "b", "B.", 2),
            MetricFamily(.gauge, "a", "A.", [MetricSample(3, ["x": "2"])]),
        ])
        let read = try PrometheusParser(text)
        #expect(read.families["a"]?.samples.count == 2)
    }

    /// The parser of these tests is strict.
    @Test(arguments: [
        "", "a 1\n", "# HELP a A.\n# TYPE a gauge\na 1", "# HELP a A.\n# TYPE a gauge\na{} 1\n",
        "# HELP a A.\n# TYPE a gauge\na 1\na 2\n", "# HELP a A.\n# TYPE a gauge\nb 1\n", "# TYPE a gauge\na 1\n",
        "# HELP a A.\n# TYPE a gauge\na{x=\"1} 1\n", "# HELP a A.\n# TYPE a counter\na 1\n",
        "# HELP a A.\n# TYPE a gauge\na x\n",
        "# HELP a A.\n# TYPE a gauge\na{x=\"\\q\"} 1\n", "# HELP a A.\n# TYPE a gauge\n\na 1\n",
        "# HELP h H.\n# TYPE h histogram\nh_bucket{le=\"1\"} 2\nh_bucket{le=\"+Inf\"} 1\nh_sum 1\nh_count 1\n",
        "# HELP h H.\n# TYPE h histogram\nh_bucket{le=\"1\"} 1\nh_sum 1\nh_count 1\n",
    ])
    func textOfAnotherKind_IsNotRead(text: String) {
        #expect(throws: TestFailure.self) { try PrometheusParser(text) }
    }
}
