import Cells
import Jupyter

/// Commands that ask the person at the front-end.
enum InputCommands {
    static let all: [Command] = [ask, readLine]

    static let ask = Command(
        Signature(
            "ask",
            [
                Parameter(label: nil, name: "prompt", .string, default: "\"\"", summary: "what to ask"),
                Parameter("secret", .boolean, default: "false", summary: "whether to hide what is typed"),
            ],
            result: .string,
            summary: "Asks for a line of text and waits for it.",
            example: "let name = ask(\"Which class? \")")
    ) { arguments, context in
        .string(
            try line(
                from: context, prompt: try arguments.string("prompt"), isSecret: try arguments.boolean("secret")))
    }

    static let readLine = Command(
        Signature("readLine", result: .string, summary: "Waits for a line of text.", example: "let line = readLine()")
    ) { _, context in
        .string(try line(from: context, prompt: "", isSecret: false))
    }

    private static func line(from context: any CellContext, prompt: String, isSecret: Bool) throws -> String {
        do throws(InputError) {
            return try context.run.execution.readLine(prompt: prompt, isSecret: isSecret)
        } catch {
            throw CellError(error == .interrupted ? .interrupted : .failure, error.message)
        }
    }
}
