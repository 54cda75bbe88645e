import Engine
import Foundation

/// How long a model takes until it can be used, and what memory that costs.
enum LoadTime {
    /// Loads a file of weights and prints seconds, the process's peak and its own (unmapped) memory in bytes.
    static func print(_ path: String) throws {
        let start = ContinuousClock.now
        let model = try Model.load(path)
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        Swift.print("\(seconds)\t\(memory("VmHWM"))\t\(memory("RssAnon"))\t\(model.packedBytes)")
    }

    /// A line of what Linux says of this process, in bytes.
    private static func memory(_ name: String) -> Int {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix(name + ":") } ?? ""
        return (line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) } ?? 0) * 1024
    }
}
