internal import CMicroHTTPD

extension Response {
    /// The block that libmicrohttpd allocates for a streamed response. It is used in HTTP/1.0 only, where it bounds one
    /// write; chunks are written straight into the connection's memory.
    private static let http10BlockSize = 4096

    /// A new libmicrohttpd response, owned by the caller. `nil` only when memory is out.
    func makeMHDResponse(for connection: Connection) -> OpaquePointer? {
        guard let made = makeContent(for: connection) else { return nil }
        for header in headers {
            // Fails for values that are empty, which a header here may be told to have by mistake: then it is left out.
            header.name.text.withUTF8Buffer { name in
                name.withMemoryRebound(to: CChar.self) { name in
                    _ = header.value.withCString { MHD_add_response_header(made, name.baseAddress, $0) }
                }
            }
        }
        return made
    }

    private func makeContent(for connection: Connection) -> OpaquePointer? {
        let blockSize = connection.isHTTP10 ? Self.http10BlockSize : 1
        switch content {
        case .bytes(let bytes):
            return bytes.withUnsafeBytes { bytes in
                MHD_create_response_from_buffer(
                    bytes.count, UnsafeMutableRawPointer(mutating: bytes.baseAddress), .RESPMEM_MUST_COPY)
            }
        case .shared(let bytes):
            return Callbacks.sharedResponse(bytes)
        case .sized(_, let size):
            return Callbacks.streamedResponse(
                for: connection, size: size, blockSize: max(blockSize, Self.http10BlockSize))
        case .stream where connection.pending?.method == "HEAD":
            // libmicrohttpd answers HEAD with an empty chunk when the size is unknown, and the next answer on the
            // connection would be misread. Nothing but the headers counts here.
            return MHD_create_response_from_buffer(0, nil, .RESPMEM_PERSISTENT)
        case .stream:
            return Callbacks.streamedResponse(for: connection, size: nil, blockSize: blockSize)
        }
    }
}
