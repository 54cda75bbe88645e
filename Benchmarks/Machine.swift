import Engine
import Foundation

/// What the numbers depend on besides the program.
enum Machine {
    /// The processor, the threads and the kernels that OpenBLAS chose.
    static var summary: String {
        let information = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
        let name =
            information.split(separator: "\n").first { $0.hasPrefix("model name") }
            .map { $0.drop { $0 != ":" }.dropFirst(2) } ?? "unknown processor"
        let forced = ProcessInfo.processInfo.environment["OPENBLAS_CORETYPE"]
        return """
            \(name), \(ProcessInfo.processInfo.activeProcessorCount) cores, \
            \(ThreadTeam.shared.count) threads; \(MatrixProduct.kernel)\
            \(forced == nil ? "" : " (OPENBLAS_CORETYPE is set)")
            \(load)
            """
    }

    /// How many programs want a core, over the last minute: above 0 before and the threads after, others did.
    static var load: String {
        var averages = [0.0, 0.0, 0.0]
        getloadavg(&averages, 3)
        return String(format: "Load over the last minute: %.1f", averages[0])
    }
}
