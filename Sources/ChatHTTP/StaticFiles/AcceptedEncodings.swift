/// What `Accept-Encoding` allows (RFC 9110 §12.5.3).
struct AcceptedEncodings {
    let allowGzip: Bool

    init(_ header: String?) {
        var gzip: Double?
        var others: Double?
        for element in (header ?? "").lowercased().split(separator: ",") {
            let parts = element.split(separator: ";").map { $0.filter { $0 != " " && $0 != "\t" } }
            let quality = parts.dropFirst().first { $0.hasPrefix("q=") }.flatMap { Double($0.dropFirst(2)) } ?? 1
            switch parts.first {
            case "gzip", "x-gzip": gzip = quality
            case "*": others = quality
            default: break
            }
        }
        allowGzip = (gzip ?? others ?? 0) > 0
    }
}
