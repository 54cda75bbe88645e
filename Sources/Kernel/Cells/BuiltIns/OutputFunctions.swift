/// `print`, and what stops a cell.
enum OutputFunctions {
    static let all: [Command] = [printing, assertion("assert"), assertion("precondition"), fatalError]

    private static let printing = Command(
        Signature(
            "print",
            [
                Parameter(label: nil, name: "items", .any, isVariadic: true, summary: "what to write"),
                Parameter("separator", .string, default: "\" \"", summary: "between two items"),
                Parameter("terminator", .string, default: "\"\\n\"", summary: "at the end"),
                Parameter(
                    "to", .symbol(["standardOutput", "standardError"]), default: ".standardOutput",
                    summary: "which stream"),
            ],
            summary: "Writes values as text.",
            example: "print(\"neuron\", 42)\nprint(\"slow\", to: .standardError)")
    ) { arguments, context in
        let separator = arguments.optionalString("separator") ?? " "
        let terminator = arguments.optionalString("terminator") ?? "\n"
        let text = try arguments.list("items").map(\.plainText).joined(separator: separator) + terminator
        context.write(text, toStandardError: try arguments.choice("to") == "standardError")
        return .void
    }

    private static func assertion(_ name: String) -> Command {
        Command(
            Signature(
                name,
                [
                    Parameter(label: nil, name: "condition", .boolean, summary: "what must be true"),
                    Parameter(
                        label: nil, name: "message", .string, default: "\"\"", summary: "what to say otherwise"),
                ], summary: "Stops the cell with an error unless a condition is true.",
                example: "\(name)(score > 0.5, \"too low\")")
        ) { arguments, _ in
            if try arguments.boolean("condition") { return .void }
            let message = arguments.optionalString("message") ?? ""
            throw CellError(.failure, message.isEmpty ? "The condition is false." : message)
        }
    }

    private static let fatalError = Command(
        Signature(
            "fatalError", [Parameter(label: nil, name: "message", .string, default: "\"\"")],
            summary: "Stops the cell with an error. The kernel keeps running.",
            example: "fatalError(\"no picture\")")
    ) { arguments, _ in
        throw CellError(
            .failure, arguments.optionalString("message").flatMap { $0.isEmpty ? nil : $0 } ?? "Stopped.")
    }
}
