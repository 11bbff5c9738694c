internal import CMicroHTTPD
internal import Glibc

/// The C side of libmicrohttpd's callbacks: each finds its Swift object and calls one named method of it.
///
/// All of them run inside `Daemon.add`, `Daemon.run` and `Daemon.stop`, on the loop's thread.
enum Callbacks {
    /// - Parameter pem: read while the daemon starts; `nil` for one without TLS.
    static func options(
        for loop: EventLoop, memoryLimit: Int, timeout: UInt32,
        pem: (certificate: UnsafePointer<CChar>, key: UnsafePointer<CChar>)?
    ) -> cmhd_daemon_options {
        cmhd_daemon_options(
            cls: Unmanaged.passUnretained(loop).toOpaque(),
            access_handler: { _, _, target, method, version, upload, size, request in
                Self.connection(request!.pointee!).access(
                    method: method!, target: target!, version: version!, upload: upload, uploadSize: size!)
            },
            notify_completed: { _, _, request, reason in
                // Empty when the connection ended before a request line was read.
                guard let object = request!.pointee else { return }
                Self.connection(object).completed(TerminationReason(reason))
            },
            notify_connection: { loop, pointer, context, event in
                switch event {
                case .CONNECTION_NOTIFY_STARTED:
                    let connection = Self.loop(loop!).connectionStarted(pointer!)
                    context!.pointee = Unmanaged.passRetained(connection).toOpaque()
                case .CONNECTION_NOTIFY_CLOSED:
                    let connection = Unmanaged<Connection>.fromOpaque(context!.pointee!).takeRetainedValue()
                    // libmicrohttpd frees the address only after this (0.9.75, `MHD_cleanup_connections`).
                    connection.loop.connectionClosed(connection, of: connection.peer)
                @unknown default: break
                }
            },
            uri_log: { _, uri, pointer in
                // What it returns is handed to the access handler as the request's context. Nothing is allocated for it
                // here: libmicrohttpd forgets it when the headers turn out too large.
                let context = cmhd_socket_context(pointer!)
                Self.connection(context!).requestLine(uri!)
                Self.hideArguments(in: uri!)
                return context
            },
            // Paths and arguments stay raw: decoding before splitting would turn `%2F` into a separator, and cut at `%00`.
            unescape: { _, _, text in strlen(text!) },
            log: { loop, line in Self.loop(loop!).log(String(cString: line!)) },
            memory_limit: memoryLimit,
            timeout: timeout,
            connection_limit: UInt32(Int32.max),
            certificate: pem?.certificate,
            key: pem?.key)
    }

    /// A response whose content comes from the connection's reader. It keeps the connection until libmicrohttpd frees
    /// the response.
    static func streamedResponse(for connection: Connection, size: UInt64?, blockSize: Int) -> OpaquePointer? {
        let unknownSize = UInt64.max  // MHD_SIZE_UNKNOWN, a macro that is not imported.
        return MHD_create_response_from_callback(
            size ?? unknownSize, blockSize,
            { context, _, buffer, size in
                Self.connection(context!).readContent(into: UnsafeMutableRawBufferPointer(start: buffer, count: size))
            },
            Unmanaged.passRetained(connection).toOpaque(),
            { context in Unmanaged<Connection>.fromOpaque(context!).release() })
    }

    /// Takes the header lines out of a response whose head has been written.
    static func removeHeaders(from response: OpaquePointer) {
        typealias Line = (name: String, value: String)
        while true {
            var first: Line?
            withUnsafeMutablePointer(to: &first) { first in
                _ = MHD_get_response_headers(
                    response,
                    { context, _, name, value in
                        context!.assumingMemoryBound(to: Line?.self).pointee =
                            (String(cString: name!), String(cString: value!))
                        return .NO
                    }, first)
            }
            guard let first, MHD_del_response_header(response, first.name, first.value) == .YES else { return }
        }
    }

    /// A response over memory that `bytes` owns, kept until libmicrohttpd frees the response.
    static func sharedResponse(_ bytes: SharedBytes) -> OpaquePointer? {
        MHD_create_response_from_buffer_with_free_callback_cls(
            bytes.count, bytes.start,
            { context in Unmanaged<SharedBytes>.fromOpaque(context!).release() },
            Unmanaged.passRetained(bytes).toOpaque())
    }

    /// libmicrohttpd would keep a record of 64 bytes for each argument, out of the memory for headers: 300 filled it, and then
    /// it lost its own answer, and the connection for its whole timeout. The target has been copied, and nobody asks for them.
    ///
    /// It looks for the `?` before the callback, and for the arguments behind it after (0.9.75, `parse_initial_message_line`).
    private static func hideArguments(in uri: UnsafePointer<CChar>) {
        guard let query = strchr(uri, Int32(UInt8(ascii: "?"))), query[1] != 0 else { return }
        query[1] = 0
    }

    private static func loop(_ object: UnsafeMutableRawPointer) -> EventLoop {
        Unmanaged.fromOpaque(object).takeUnretainedValue()
    }

    private static func connection(_ object: UnsafeMutableRawPointer) -> Connection {
        Unmanaged.fromOpaque(object).takeUnretainedValue()
    }
}

extension TerminationReason {
    init(_ code: MHD_RequestTerminationCode) {
        self =
            switch code {
            case .REQUEST_TERMINATED_COMPLETED_OK: .completed
            case .REQUEST_TERMINATED_TIMEOUT_REACHED: .timeout
            case .REQUEST_TERMINATED_DAEMON_SHUTDOWN: .daemonShutdown
            case .REQUEST_TERMINATED_CLIENT_ABORT: .clientAbort
            default: .error
            }
    }
}
