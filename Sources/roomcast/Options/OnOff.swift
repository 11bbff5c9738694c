internal import ArgumentParser

/// Something that is there or not.
enum OnOff: String, ExpressibleByArgument, CaseIterable {
    case on, off
}
