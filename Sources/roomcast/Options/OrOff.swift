internal import ArgumentParser

/// A limit that can be switched off: a number, or the word `off`.
enum OrOff<Value: LosslessStringConvertible & Hashable & Sendable>: Hashable, Sendable {
    case off
    case value(Value)

    var value: Value? {
        if case .value(let value) = self { value } else { nil }
    }
}

extension OrOff: ExpressibleByArgument {
    init?(argument: String) {
        if argument == "off" {
            self = .off
        } else if let value = Value(argument) {
            self = .value(value)
        } else {
            return nil
        }
    }

    var defaultValueDescription: String {
        switch self {
        case .off: "off"
        case .value(let number as Double): number == number.rounded() ? "\(Int(number))" : "\(number)"
        case .value(let value): "\(value)"
        }
    }
}
