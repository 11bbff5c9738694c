import ArgumentParser

/// The load generator. One thread, one epoll set, and as little work per byte as possible: the generator must not be
/// what is measured.
@main
struct RoomcastBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "roomcast-bench",
        abstract: "Measures an event-stream server: what it delivers, how late, and what that costs.",
        discussion: """
            All load comes from one address: start roomcast with --post-rate off --streams-per-address off
            --connections-per-address off.

            The server may be any that takes a POST and sends it to event streams. Every post carries a marker that is
            looked for in the bytes of every stream, so a delivery that is missing, doubled or out of order is noticed.
            """,
        subcommands: [Fanout.self, Idle.self, Rest.self, Compare.self, Growth.self, Kill9.self])
}
