import Cells
import Foundation
import Jupyter
import VitrineEngine

/// Commands that write, show and clear.
enum OutputCommands {
    static func all(_ recent: RecentCells) -> [Command] {
        [display, last(recent), clearOutput, sleep, exit("exit"), exit("quit")]
    }

    private static let value = Argument<Value>(
        "value", label: nil, summary: "what to show: a picture, a model, text …")

    static let display = Command(
        Signature(
            "display", [value],
            result: .object(.display),
            summary: "Shows a value in the cell's output at once, anywhere in the cell.",
            discussion: "The result has `.update(other)`, which replaces what is shown without adding to it.",
            example: "let place = display(\"working …\")\nplace.update(\"done\")")
    ) { arguments, run in
        let value = arguments[value]
        if let id = run.claimDisplay(of: value) { return .object(DisplayHandle(id: id)) }
        let handle = DisplayHandle(id: UUID().uuidString)
        run.execution.display(shown(value), id: handle.id)
        return .object(handle)
    }

    private static let cell = Argument<Int?>(
        "cell", default: nil, summary: "the cell's number; if left out, the last cell with output")

    private static func last(_ recent: RecentCells) -> Command {
        Command(
            Signature(
                "last", [cell],
                summary:
                    "Shows an earlier cell's output again, for instance after the page was reloaded while the cell "
                    + "ran.",
                discussion: "The output of the last sixteen cells that had any is kept.",
                example: "last()")
        ) { arguments, run in
            let cells = recent.all
            guard !cells.isEmpty else { throw CellError(.command, "No earlier cell had any output.") }
            let number = arguments[cell]
            guard let found = number.map({ number in cells.last { $0.number == number } }) ?? cells.last else {
                throw arguments.complaint(
                    about: cell,
                    "No output of cell \(number ?? 0) is kept. There is output of cells "
                        + cells.map { "\($0.number)" }.joined(separator: ", ") + ".")
            }
            for piece in found.pieces {
                switch piece {
                case .text(let stream, let text): run.execution.write(text, to: stream)
                case .display(let bundle, _): run.execution.display(bundle)
                }
            }
            return .void
        }
    }

    private static let waits = Argument<Bool>(
        "wait", default: false, summary: "whether to wait for the next output, so that nothing flickers")

    static let clearOutput = Command(
        Signature(
            "clearOutput", [waits],
            summary: "Clears the cell's output.",
            example: "clearOutput(wait: true)")
    ) { arguments, run in
        run.execution.clearOutput(wait: arguments[waits])
        return .void
    }

    private static func exit(_ name: String) -> Command {
        Command(
            Signature(
                name, summary: "Ends the session in a terminal. In a notebook it says how to shut down the kernel.",
                example: "\(name)()")
        ) { _, run in
            run.ask(Payload.exit)
            run.write(
                "In a notebook, Kernel › Shut Down Kernel ends the kernel; Kernel › Restart Kernel starts a new one.\n",
                toStandardError: false)
            return .void
        }
    }

    private static let seconds = Argument<Double>("seconds", label: nil, summary: "how long to wait")

    static let sleep = Command(
        Signature(
            "sleep", [seconds],
            summary: "Waits. Interrupting ends it.",
            example: "sleep(0.5)")
    ) { arguments, run in
        let time = arguments[seconds]
        guard time >= 0, time.isFinite else {
            throw arguments.complaint(about: seconds, "`seconds` must be 0 or more, not \(time).")
        }
        try run.sleep(time)
        return .void
    }
}

/// Returns a value as `display` shows it: text without the quotation marks of a cell's result.
private func shown(_ value: Value) -> MIMEBundle {
    value.string.map { MIMEBundle(plain: $0) } ?? bundle(for: value)
}

/// The result of `display`: a part of the output whose contents can be replaced.
final class DisplayHandle: TabledObject {
    /// The display's identifier at the front-end.
    let id: String

    init(id: String) { self.id = id }

    var kind: ValueKind { .display }
    var plainText: String { "a display" }

    private static let value = Argument<Value>("value", label: nil, summary: "what to show instead")

    static let memberTable: MemberTable<DisplayHandle> = [
        .method(
            Signature(
                "update", [value], summary: "Replaces what the display shows.", example: "place.update(\"done\")")
        ) { (handle, arguments, run: CellRun) in
            run.execution.display(shown(arguments[value]), id: handle.id, update: true)
            return .void
        }
    ]
}
