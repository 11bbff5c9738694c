/// Who has just been accepted: a socket that no connection stands for yet, and must be closed or given to one.
struct Client: Sendable {
    let descriptor: Int32
    /// As it was when the client was accepted: of one that has reset the connection since, the system would not tell it any
    /// more.
    let peer: IPAddress
}
