internal import Foundation

/// Where a command says what went wrong.
enum StandardError {
    /// One line, with the program's name before it, as tools do whose output goes into scripts.
    static func say(_ words: some CustomStringConvertible) {
        FileHandle.standardError.write(Data("roomcast: \(words)\n".utf8))
    }
}
