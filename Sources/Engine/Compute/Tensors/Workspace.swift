import Foundation
import Platform

/// The memory of a render, allocated once and divided up by a ``CPUPlan``.
package final class Workspace {
    /// The first float, at the start of a cache line.
    package let start: UnsafeMutablePointer<Float>
    /// The number of floats.
    package let count: Int

    /// Allocates memory for `count` floats, all 0.
    package init(count: Int) {
        self.count = count
        start = .aligned(max(count, 1))
        start.initialize(repeating: 0, count: max(count, 1))
    }

    deinit {
        UnsafeMutableRawPointer(start).deallocate()
    }

    /// Throws if this machine has no memory for `count` floats; asks the system only for large amounts.
    ///
    /// - Parameter what: what the memory is for, at the beginning of a sentence.
    /// - Throws: ``EngineError/tooLarge(what:neededBytes:availableBytes:)``.
    package static func checkRoom(floats count: Int, for what: String) throws(EngineError) {
        let (needed, overflow) = count.multipliedReportingOverflow(by: MemoryLayout<Float>.stride)
        guard needed > 1 << 26 || overflow else { return }
        let available = availableBytes
        guard overflow || needed > available else { return }
        throw .tooLarge(what: what, neededBytes: overflow ? .max : needed, availableBytes: available)
    }

    /// The bytes that this machine can still provide without swapping; half the physical memory if the system does not report
    /// them.
    package static var availableBytes: Int {
        guard let text = try? String(contentsOfFile: "/proc/meminfo", encoding: .utf8),
            let line = text.split(separator: "\n").first(where: { $0.hasPrefix("MemAvailable:") }),
            let kilobytes = line.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
        else { return Int(ProcessInfo.processInfo.physicalMemory / 2) }
        return kilobytes * 1024
    }
}
