import Foundation

/// How many threads the engine may keep busy.
enum ProcessorCount {
    /// The variable that sets the number, to leave cores to others or to get another machine's bytes.
    static let variable = "VITRINE_THREADS"
    /// More threads than this wait for each other longer than they help.
    static let most = 16

    /// What ``variable`` says, or else a thread for each core that this process may run on.
    static var usable: Int {
        let wished = ProcessInfo.processInfo.environment[variable].flatMap(Int.init)
        return min(max(wished ?? allowed, 1), most)
    }

    /// The cores that this process may run on, which containers and `taskset` narrow.
    private static var allowed: Int {
        // "Cpus_allowed:	ffff,ffffffff"
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let mask = status.split(separator: "\n").first { $0.hasPrefix("Cpus_allowed:") }?.dropFirst(13) ?? ""
        let count = mask.reduce(0) { $0 + ($1.hexDigitValue?.nonzeroBitCount ?? 0) }
        return count > 0 ? count : ProcessInfo.processInfo.activeProcessorCount
    }
}
