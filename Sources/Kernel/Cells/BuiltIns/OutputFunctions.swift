/// `print`, and the functions that stop a cell.
enum OutputFunctions {
    static let all: [BuiltIn] = [printing, assertion("assert"), assertion("precondition"), fatalError]

    /// The streams for output.
    private enum Stream: String, ArgumentChoice {
        case standardOutput, standardError
    }

    private static let items = Argument<[Value]>.variadic("items", label: nil, summary: "what to write")
    private static let separator = Argument<String>("separator", default: " ", summary: "between two items")
    private static let terminator = Argument<String>("terminator", default: "\n", summary: "at the end")
    private static let stream = Argument<Stream>("to", default: .standardOutput, summary: "which stream")

    private static let printing = BuiltIn(
        Signature(
            "print", [items, separator, terminator, stream], summary: "Writes values as text.",
            example: "print(\"neuron\", 42)\nprint(\"slow\", to: .standardError)")
    ) { arguments, context in
        let text = arguments[items].map(\.plainText).joined(separator: arguments[separator])
        context.write(text + arguments[terminator], toStandardError: arguments[stream] == .standardError)
        return .void
    }

    private static let condition = Argument<Bool>("condition", label: nil, summary: "what must be true")
    private static let complaint = Argument<String>(
        "message", label: nil, default: "", summary: "what to say otherwise")

    private static func assertion(_ name: String) -> BuiltIn {
        BuiltIn(
            Signature(
                name, [condition, complaint], summary: "Stops the cell with an error unless a condition is true.",
                example: "\(name)(score > 0.5, \"too low\")")
        ) { arguments in
            if arguments[condition] { return .void }
            let message = arguments[complaint]
            throw CellError(.failure, message.isEmpty ? "The condition is false." : message)
        }
    }

    private static let message = Argument<String>("message", label: nil, default: "")

    private static let fatalError = BuiltIn(
        Signature(
            "fatalError", [message], summary: "Stops the cell with an error. The kernel keeps running.",
            example: "fatalError(\"no picture\")")
    ) { arguments in
        throw CellError(.failure, arguments[message].isEmpty ? "Stopped." : arguments[message])
    }
}
