/// What the web client's files are, by their ending.
enum MediaTypes {
    private static let types = [
        "html": "text/html; charset=utf-8", "css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8",
        "mjs": "text/javascript; charset=utf-8", "json": "application/json", "map": "application/json",
        "webmanifest": "application/manifest+json", "svg": "image/svg+xml", "png": "image/png", "jpg": "image/jpeg",
        "jpeg": "image/jpeg", "gif": "image/gif", "avif": "image/avif", "ico": "image/x-icon", "webp": "image/webp",
        "txt": "text/plain; charset=utf-8", "md": "text/markdown; charset=utf-8", "xml": "application/xml",
        "woff": "font/woff", "woff2": "font/woff2", "mp3": "audio/mpeg", "ogg": "audio/ogg", "wasm": "application/wasm",
    ]

    static func type(ofFile name: String) -> String {
        let ending = name.split(separator: ".").last.map { $0.lowercased() } ?? ""
        return types[ending] ?? "application/octet-stream"
    }

    /// Whether bytes of that type are worth compressing; the others are compressed already.
    static func isCompressible(_ type: String) -> Bool {
        type.hasPrefix("text/")
            || [
                "application/json", "application/manifest+json", "application/xml", "application/wasm", "image/svg+xml",
            ]
            .contains(type)
    }
}
