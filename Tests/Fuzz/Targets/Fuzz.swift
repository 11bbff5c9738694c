// What libFuzzer calls. One program has all targets, and is told by its own name which it is: `.build/fuzz/json`.

internal import Foundation

/// What is done with made-up bytes; a target ends the process where something is not as it must be.
typealias Target = @Sendable ([UInt8]) -> Void

private let targets: [String: Target] = [
    "event-stream": eventStream,
    "event-encoding": eventEncoding,
    "json": json,
    "post": post,
    "form": form,
    "names": names,
    "cursor": cursor,
    "headers": headers,
    "proxies": proxies,
    "text-lines": textLines,
]

// Set before the first input, on the one thread that there is.
nonisolated(unsafe) private var chosen: Target = { _ in }

@_cdecl("LLVMFuzzerInitialize")
func initialize(
    count: UnsafeMutablePointer<CInt>,
    arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>>>
) -> CInt {
    let name = URL(fileURLWithPath: String(cString: arguments.pointee[0])).lastPathComponent
    guard let target = targets[name] else { fail("there is no target \(name)") }
    chosen = target
    return 0
}

@_cdecl("LLVMFuzzerTestOneInput")
func testOneInput(bytes: UnsafePointer<UInt8>?, count: Int) -> CInt {
    chosen(Array(UnsafeBufferPointer(start: bytes, count: count)))
    return 0
}

func fail(_ words: String) -> Never {
    FileHandle.standardError.write(Data("FAILED: \(words)\n".utf8))
    abort()
}

func expect(_ isTrue: Bool, _ words: @autoclosure () -> String) {
    if !isTrue { fail(words()) }
}

func expectEqual<Value: Equatable>(_ found: Value, _ expected: Value, _ words: @autoclosure () -> String) {
    if found != expected { fail("\(words()): found \(found), expected \(expected)") }
}
