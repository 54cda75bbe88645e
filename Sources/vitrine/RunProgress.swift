import Commands
import Foundation
import Jupyter
import Platform

/// The progress of a run on standard error, one line per cell. On a terminal, the running cell's line shows its output.
struct RunProgress {
    private let isTerminal = isatty(STDERR_FILENO) == 1
    private var cell = ""
    private var nextLine = 0.0
    private var isOpen = false

    /// The minimum time between two updates of a line, in seconds.
    private static let interval = 0.1

    /// Shows an event.
    mutating func show(_ event: NotebookRunner.Event) {
        switch event {
        case .began(let number, let count, let source):
            cell = "[\(number)/\(count)] \(lastLine(of: source, first: true))"
            nextLine = 0
            rewrite(cell)
        case .showed(let words):
            guard isTerminal, steadySeconds() >= nextLine else { return }
            nextLine = steadySeconds() + Self.interval
            let prefix = cell.prefix { $0 != " " }
            rewrite("\(prefix) \(lastLine(of: words))")
        case .ended(_, let seconds):
            let line = "\(cell)  \(duration(seconds))"
            if isTerminal {
                rewrite(line)
                printError("\n")
            } else {
                printError(line + "\n")
            }
            isOpen = false
        }
    }

    /// Clears an unfinished line.
    mutating func clear() {
        if isOpen { rewrite("") }
        isOpen = false
    }

    /// Replaces the terminal's line.
    private mutating func rewrite(_ text: String) {
        guard isTerminal else { return }
        isOpen = true
        printError("\r\u{1B}[K" + text.prefix(max(columns - 1, 10)))
    }

    private var columns: Int {
        var size = winsize()
        guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }

    /// Returns the last line of a text that is not blank, or the first, without control characters, which could disturb
    /// the terminal.
    private func lastLine(of text: String, first: Bool = false) -> String {
        let lines = text.split(whereSeparator: \.isNewline).filter { !$0.allSatisfy(\.isWhitespace) }
        let line = (first ? lines.first : lines.last) ?? ""
        return String(
            String.UnicodeScalarView(line.unicodeScalars.filter { $0.properties.generalCategory != .control }))
    }

    private func duration(_ seconds: Double) -> String {
        if seconds < 60 { return String(format: "%.1f s", seconds) }
        let whole = Int(seconds.rounded())
        return "\(whole / 60) min \(whole % 60) s"
    }
}
