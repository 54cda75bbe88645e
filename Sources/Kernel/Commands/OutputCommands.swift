import Cells
import Foundation
import Jupyter
import VitrineEngine

/// Commands that write, show and clear.
enum OutputCommands {
    static func all(_ recent: RecentCells) -> [Command] {
        [display, last(recent), clearOutput, sleep, exit("exit"), exit("quit")]
    }

    static let display = Command(
        Signature(
            "display",
            [
                Parameter(label: nil, name: "value", .any, summary: "what to show: a picture, a model, text …")
            ],
            result: .object(.display),
            summary: "Shows a value in the cell's output at once, anywhere in the cell.",
            discussion: "The result has `.update(other)`, which replaces what is shown without adding to it.",
            example: "let place = display(\"working …\")\nplace.update(\"done\")")
    ) { arguments, context in
        let value = try arguments.value("value")
        if let id = context.run.takePlace(of: value) { return .object(DisplayHandle(id: id)) }
        let handle = DisplayHandle(id: UUID().uuidString)
        context.run.execution.display(shown(value), id: handle.id)
        return .object(handle)
    }

    private static func last(_ recent: RecentCells) -> Command {
        Command(
            Signature(
                "last",
                [
                    Parameter(
                        "cell", .optional(.integer), default: "nil",
                        summary: "the cell's number; the last one with output if left out")
                ],
                summary: "Shows an earlier cell's output again, for instance after the page was reloaded while it ran.",
                discussion: "The output of the last sixteen cells that had any is kept.",
                example: "last()")
        ) { arguments, context in
            let cells = recent.all
            guard !cells.isEmpty else { throw CellError(.command, "No earlier cell had any output.") }
            let number = arguments.optionalInteger("cell")
            guard let cell = number.map({ number in cells.last { $0.number == number } }) ?? cells.last else {
                throw arguments.complaint(
                    about: "cell",
                    "No output of cell \(number ?? 0) is kept. There are cells "
                        + cells.map { "\($0.number)" }.joined(separator: ", ") + ".")
            }
            for piece in cell.pieces {
                switch piece {
                case .text(let stream, let text): context.run.execution.write(text, to: stream)
                case .display(let bundle, _): context.run.execution.display(bundle)
                }
            }
            return .void
        }
    }

    static let clearOutput = Command(
        Signature(
            "clearOutput",
            [
                Parameter(
                    "wait", .boolean, default: "false",
                    summary: "whether to wait for the next output, so that nothing flickers")
            ],
            summary: "Clears the cell's output.",
            example: "clearOutput(wait: true)")
    ) { arguments, context in
        context.run.execution.clearOutput(wait: try arguments.boolean("wait"))
        return .void
    }

    private static func exit(_ name: String) -> Command {
        Command(
            Signature(
                name, summary: "Ends the session in a terminal. In a notebook it says where the kernel is shut down.",
                example: "\(name)()")
        ) { _, context in
            context.run.ask(Payload.exit)
            context.run.write(
                "In a notebook, Kernel › Shut Down Kernel ends the kernel; Kernel › Restart Kernel begins anew.\n",
                toStandardError: false)
            return .void
        }
    }

    static let sleep = Command(
        Signature(
            "sleep",
            [Parameter(label: nil, name: "seconds", .number, summary: "how long to wait")],
            summary: "Waits. Interrupting ends it.",
            example: "sleep(0.5)")
    ) { arguments, context in
        let seconds = try arguments.number("seconds")
        guard seconds >= 0, seconds.isFinite else {
            throw arguments.complaint(about: "seconds", "`seconds` must be 0 or more, not \(seconds).")
        }
        try context.run.sleep(seconds)
        return .void
    }
}

/// A value as `display` shows it: text without the quotes that a cell's result has.
private func shown(_ value: Value) -> MIMEBundle {
    value.string.map { MIMEBundle(plain: $0) } ?? bundle(for: value)
}

/// What `display` returns: a place in the output whose contents can be replaced.
final class DisplayHandle: CellObject {
    /// The name under which the front-end keeps the display.
    let id: String

    init(id: String) { self.id = id }

    var kind: ValueKind { .display }
    var plainText: String { "a display" }
    var members: [MemberDeclaration] { [.method(Self.update)] }

    func member(_ name: String) throws -> Value? {
        guard name == "update" else { return nil }
        return .function(
            Command(Self.update) { [id] arguments, context in
                let value = try arguments.value("value")
                context.run.execution.display(shown(value), id: id, update: true)
                return .void
            })
    }

    private static let update = Signature(
        "update", [Parameter(label: nil, name: "value", .any, summary: "what to show instead")],
        summary: "Replaces what the display shows.", example: "place.update(\"done\")")
}
