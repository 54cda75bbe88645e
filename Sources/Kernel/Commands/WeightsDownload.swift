import VitrineEngine

/// Downloads from the command line: `vitrine download vit_b_32`.
package enum WeightsDownload {
    /// Downloads the weights of a model as `load` does, with progress on standard error.
    ///
    /// An interrupt stops the download and keeps what has arrived.
    ///
    /// - Returns: the path of the file or folder.
    /// - Throws: an error whose description is for the user.
    package static func run(_ name: String, weights: String?, update: Bool) throws -> String {
        Cancellation.listenToSignals()
        let line = DownloadLine()
        defer { line.end() }
        return try ModelSource().resolve(
            name, weights: weights, update: update, cancellation: .bySignal, progress: line.show
        ).path
    }

    /// The models that can be loaded by name, a line each: name, weights, size, license, and whether it is on this
    /// disk.
    package static var list: [String] {
        ModelSource().downloadable().map { model in
            let size = model.bytes.map { byteCount($0) } ?? "–"
            return [
                model.name, model.weights.isEmpty ? "–" : model.weights, size, model.license ?? "–",
                model.isCached ? "here" : "",
            ].joined(separator: "\t")
        }
    }
}

/// The progress of a download on standard error.
private final class DownloadLine {
    private let line = TerminalLine()
    private var isAnnounced = false
    private var lastFile = ""

    func show(_ progress: DownloadProgress) {
        if !isAnnounced {
            isAnnounced = true
            let plan = progress.plan
            let size = plan.totalBytes.map { ", \(byteCount($0))" } ?? ""
            line.writeLine("\(plan.name): \(plan.origin)\(size), license: \(plan.license ?? "not stated")")
        }
        if line.isTerminal {
            line.rewrite(words(for: progress))
        } else if let note = progress.note {
            line.writeLine("\(progress.fileName): \(note)")
        } else if progress.fileName != lastFile {
            lastFile = progress.fileName
            line.writeLine(progress.fileName)
        }
    }

    func end() { line.endLine() }

    private func words(for progress: DownloadProgress) -> String {
        var parts = [progress.fileName, byteCount(progress.doneBytes)]
        if let total = progress.plan.totalBytes { parts[1] += " of \(byteCount(total))" }
        if let speed = progress.bytesPerSecond { parts.append("\(byteCount(Int(speed)))/s") }
        if let left = progress.secondsLeft { parts.append("\(Int(left.rounded(.up))) s left") }
        if let note = progress.note { parts.append(note) }
        return parts.joined(separator: "  ")
    }
}
