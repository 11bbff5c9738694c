/// What carries a stream to its client, and sleeps while there is nothing to send.
public protocol StreamSleeper: AnyObject {
    /// There may be something to read. On the stream's loop; waking one that is awake does nothing. It may be put off for
    /// some milliseconds, to wake many together.
    func wake()

    /// The same, for a stream that is catching up: nothing is won by waiting.
    func wakeAtOnce()
}
