/// What `Accept-Encoding` allows (RFC 9110 §12.5.3).
struct AcceptedEncodings {
    let allowGzip: Bool

    init(_ header: String?) {
        var gzip: Double?
        var others: Double?
        for element in (header ?? "").lowercased().elements(separatedBy: ",") {
            let parts = String(element).elements(separatedBy: ";").map { $0.filter { $0 != " " && $0 != "\t" } }
            let quality = QualityValue.read(from: parts.dropFirst())
            switch parts.first {
            case "gzip", "x-gzip": gzip = quality
            case "*": others = quality
            default: break
            }
        }
        allowGzip = (gzip ?? others ?? 0) > 0
    }
}
