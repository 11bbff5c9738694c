public import Chat

/// A log whose entries this process holds in a file, whoever orders them: a single server's, or a cluster's.
public protocol StoredLog: Log {
    /// What the entries amount to. It can be asked until `close`.
    var projection: Projection { get }
    /// 32 random bytes that nobody but the log's servers knows.
    var guestSecret: [UInt8] { get }

    /// Who may do what, as of `headWhenOpened`.
    var accessWhenOpened: AccessState { get }

    /// What has been done and how it stands. Asks the file system for sizes: not for the Hub's queue.
    func statistics() -> CommitStatistics

    /// Refuses posts from now on, and sees to it that all that wait are answered. What is stored can be read until `close`. Calling it
    /// again does nothing. May take some seconds; never in a completion.
    func finish()

    /// Finishes, and closes the file. Reads under way are waited for; later ones fail. Calling it again does nothing.
    func close()
}

extension SQLiteLog: StoredLog {}
