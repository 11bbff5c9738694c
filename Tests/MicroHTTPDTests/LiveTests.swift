import Testing

/// Everything that serves real sockets, one test after the other: several of them measure the whole process.
@Suite(.serialized) enum LiveTests {}
