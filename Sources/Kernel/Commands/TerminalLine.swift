import Foundation
import Jupyter
import Platform

/// Progress on standard error: one line that is rewritten on a terminal, and a new line now and then elsewhere.
final class TerminalLine {
    /// Whether the output is a terminal.
    let isTerminal = isatty(STDERR_FILENO) == 1
    private var isOpen = false
    private var next = 0.0

    /// The least time between two lines in seconds: on a terminal, and in a log.
    private var interval: Double { isTerminal ? 0.1 : 30 }

    /// Shows the progress, if an update is due.
    func show(_ title: String, done: Int, of total: Int, secondsLeft: Double? = nil, note: String? = nil) {
        let now = steadySeconds()
        // Short work is not logged.
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

    /// Replaces the current line of a terminal by a text.
    func rewrite(_ text: String) {
        isOpen = true
        write("\r\u{1B}[K\(text)")
    }

    /// Writes a line of text.
    func writeLine(_ text: String) {
        clear()
        write(text + "\n")
    }

    /// Clears the line that is being rewritten.
    func clear() {
        if isOpen { write("\r\u{1B}[K") }
        isOpen = false
    }

    /// Ends the line that is being rewritten and keeps it.
    func endLine() {
        if isOpen { write("\n") }
        isOpen = false
    }

    private func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}
