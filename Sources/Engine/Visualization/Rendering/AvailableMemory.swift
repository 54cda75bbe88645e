import Foundation

/// How many bytes can be allocated without swapping, as Linux estimates them; else what the machine has.
func availableMemory() -> Int {
    guard let text = try? String(contentsOfFile: "/proc/meminfo", encoding: .utf8),
        let line = text.split(separator: "\n").first(where: { $0.hasPrefix("MemAvailable:") }),
        let kilobytes = line.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
    else { return Int(clamping: ProcessInfo.processInfo.physicalMemory) }
    return kilobytes * 1024
}
