import Cells
import Jupyter

/// Commands that ask the user for input.
enum InputCommands {
    static let all: [Command] = [ask, readLine]

    private static let prompt = Argument<String>("prompt", label: nil, default: "", summary: "what to ask")
    private static let isSecret = Argument<Bool>(
        "secret", default: false, summary: "whether to hide what is typed")

    static let ask = Command(
        Signature(
            "ask", [prompt, isSecret],
            result: .string,
            summary: "Asks for a line of text and waits for it.",
            example: "let name = ask(\"Which class? \")")
    ) { arguments, run in
        .string(try line(from: run, prompt: arguments[prompt], isSecret: arguments[isSecret]))
    }

    static let readLine = Command(
        Signature("readLine", result: .string, summary: "Waits for a line of text.", example: "let line = readLine()")
    ) { _, run in
        .string(try line(from: run, prompt: "", isSecret: false))
    }

    private static func line(from run: CellRun, prompt: String, isSecret: Bool) throws -> String {
        do throws(InputError) {
            return try run.execution.readLine(prompt: prompt, isSecret: isSecret)
        } catch {
            throw CellError(error == .interrupted ? .interrupted : .failure, error.message)
        }
    }
}
