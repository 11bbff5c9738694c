internal import CMicroHTTPD
internal import Glibc

/// One libmicrohttpd daemon in external epoll mode, without a listening socket. It belongs to its loop's thread, on which
/// all its callbacks run; it may have been started on another.
final class Daemon {
    let index: Int
    /// Its connections begin with a handshake.
    let isTLS: Bool
    /// Readable when libmicrohttpd wants `run`.
    let epollDescriptor: Int32
    /// Connections that it has, suspended ones among them.
    var connectionCount = 0
    /// Wanted by the loop's next pass.
    var isDirty = false
    /// It stands among the urgent ones, and among the others, of the loop's `RunQueue`.
    var isUrgent = false
    var isQueued = false
    /// Counts calls of libmicrohttpd about its connections.
    var progress: UInt64 = 0
    /// Passes in a row that ended although libmicrohttpd said that it could go on, and that it had called about nothing in.
    private var idlePasses = 0
    /// It says so for as long as a connection's buffer is full of what cannot be handed over (0.9.75, `MHD_EVENT_LOOP_INFO_BLOCK`); and
    /// also while it reads a large head, some hundred bytes at a time.
    var isStuck: Bool { idlePasses > Self.maximumIdlePasses }
    /// More than a head of 16 KiB takes.
    private static let maximumIdlePasses = 128
    private(set) var isStopped = false
    private let pointer: OpaquePointer
    private let options: UnsafeMutablePointer<cmhd_daemon_options>

    /// How often a pass goes on while libmicrohttpd says that it could. The daemon stays dirty beyond that, and others
    /// get their turn.
    private static let runsPerPass = 2

    /// - Parameters:
    ///   - loop: called by libmicrohttpd through `Callbacks`; it must outlive the daemon.
    ///   - certificate: for a daemon whose connections are TLS.
    init(
        index: Int, loop: EventLoop, configuration: Configuration, certificate: TLSCertificate? = nil
    ) throws(StartError) {
        self.index = index
        isTLS = certificate != nil
        options = .allocate(capacity: 1)
        guard let pointer = Self.start(options, loop, configuration, certificate) else {
            options.deallocate()
            throw .last(call: "MHD_start_daemon")
        }
        self.pointer = pointer
        epollDescriptor = cmhd_daemon_epoll_fd(pointer)
    }

    private static func start(
        _ options: UnsafeMutablePointer<cmhd_daemon_options>, _ loop: EventLoop, _ configuration: Configuration,
        _ certificate: TLSCertificate?
    ) -> OpaquePointer? {
        func start(_ pem: (certificate: UnsafePointer<CChar>, key: UnsafePointer<CChar>)?) -> OpaquePointer? {
            options.initialize(
                to: Callbacks.options(
                    for: loop, memoryLimit: configuration.connectionMemory, timeout: configuration.deadlines.backstop,
                    pem: pem))
            defer { (options.pointee.certificate, options.pointee.key) = (nil, nil) }
            return cmhd_start_daemon(options)
        }
        guard let certificate else { return start(nil) }
        return certificate.certificate.withCString { text in
            certificate.key.withCString { key in start((text, key)) }
        }
    }

    /// microhttpd.h, MHD_add_connection: "the given client socket will be managed (and closed!) by MHD after this call".
    ///
    /// Each daemon's own connection limits, of all and of an address, are out of the way: the loops have one for all.
    func add(_ client: Client) -> Bool {
        client.peer.withSocketAddress { address, length in
            MHD_add_connection(pointer, client.descriptor, address, length) == MHD_Result.YES
        }
    }

    /// Lets libmicrohttpd do what is ready. MHD_get_timeout must be asked after each run: its descriptors are edge
    /// triggered, and what one run left undone no event announces.
    func run() {
        isDirty = false
        let before = progress
        for _ in 0..<Self.runsPerPass {
            MHD_run(pointer)
            var milliseconds: UInt64 = 0
            guard MHD_get_timeout(pointer, &milliseconds) == MHD_Result.YES, milliseconds == 0 else {
                idlePasses = 0
                return
            }
        }
        isDirty = true
        idlePasses = progress == before ? idlePasses + 1 : 0
    }

    /// Every connection must have been resumed and have ended: libmicrohttpd aborts the process over a suspended one.
    func stop() {
        isStopped = true
        MHD_stop_daemon(pointer)
        options.deallocate()
    }

    /// One that never came to its loop.
    deinit {
        if !isStopped { stop() }
    }
}
