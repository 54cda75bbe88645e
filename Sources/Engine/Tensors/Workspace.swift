import Foundation

/// The memory of a render: allocated once, cut up by a ``Plan``.
package final class Workspace {
    /// The first float, at the start of a cache line.
    package let start: UnsafeMutablePointer<Float>
    /// How many floats there are.
    package let count: Int

    /// Memory for `count` floats, all 0.
    package init(count: Int) {
        self.count = count
        let bytes = max(count, 1) * MemoryLayout<Float>.stride
        let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
        memory.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
        start = memory.assumingMemoryBound(to: Float.self)
    }

    deinit {
        UnsafeMutableRawPointer(start).deallocate()
    }

    /// How many bytes this machine can still give without swapping; a guess where it does not say.
    package static var availableBytes: Int {
        guard let text = try? String(contentsOfFile: "/proc/meminfo", encoding: .utf8),
            let line = text.split(separator: "\n").first(where: { $0.hasPrefix("MemAvailable:") }),
            let kilobytes = line.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
        else { return Int(ProcessInfo.processInfo.physicalMemory / 2) }
        return kilobytes * 1024
    }
}
