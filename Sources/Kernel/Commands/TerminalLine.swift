import Foundation
import Jupyter
import Platform

/// How far work is, on standard error: one line that is rewritten on a terminal, elsewhere a line now and then.
final class TerminalLine {
    /// Whether the output is a terminal.
    let isTerminal = isatty(STDERR_FILENO) == 1
    private var isOpen = false
    private var next = 0.0

    /// The least time between two lines in seconds: on a terminal, and in a log.
    private var interval: Double { isTerminal ? 0.1 : 30 }

    /// Shows how far the work is, if it is time.
    func show(_ title: String, done: Int, of total: Int, secondsLeft: Double? = nil, note: String? = nil) {
        let now = steadySeconds()
        // A log need not tell of what ends at once.
        if next == 0, !isTerminal { next = now + interval }
        guard now >= next else { return }
        next = now + interval
        let share = total > 0 ? "\(done) of \(total) pictures" : "\(done)"
        let rest = note ?? secondsLeft.map { "\(duration($0)) left" }
        let text = ([title, share] + [rest].compactMap(\.self)).joined(separator: "  ")
        if isTerminal {
            rewrite(text)
        } else {
            write(text + "\n")
        }
    }

    /// Puts a text in the place of the line that is being rewritten, on a terminal.
    func rewrite(_ text: String) {
        isOpen = true
        write("\r\u{1B}[K\(text)")
    }

    /// Says something in a line of its own.
    func say(_ text: String) {
        clear()
        write(text + "\n")
    }

    /// Takes the line that is being rewritten away.
    func clear() {
        if isOpen { write("\r\u{1B}[K") }
        isOpen = false
    }

    /// Leaves the line that is being rewritten as it is.
    func leave() {
        if isOpen { write("\n") }
        isOpen = false
    }

    private func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}
