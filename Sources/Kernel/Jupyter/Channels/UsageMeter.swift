import Glibc
import Platform

/// Measures the kernel's use of memory and processors, for the front-end's status bar.
final class UsageMeter {
    private var last: (wall: Double, processor: Double)?
    private var lastHost: (busy: Int, total: Int)?

    /// Measures the members of `usage_reply`, named as in ipykernel and psutil.
    ///
    /// Memory is in bytes. Processor use is in percent since the last call: of one processor for the kernel, of all for
    /// the host. The first call leaves out the host's.
    func measure() -> [String: JSON] {
        let memory = hostMemory()
        let total = memory["MemTotal"] ?? 0
        let available = memory["MemAvailable"] ?? 0
        let share = total > 0 ? Double(total - available) / Double(total) * 100 : 0
        var usage: [String: JSON] = [
            "hostname": .string(hostName()),
            "pid": .integer(Int(getpid())),
            "kernel_cpu": .number(processorShare()),
            "kernel_memory": .integer(residentBytes()),
            "cpu_count": .integer(sysconf(Int32(_SC_NPROCESSORS_ONLN))),
            "host_virtual_memory": [
                "total": .integer(total),
                "available": .integer(available),
                "used": .integer(total - available),
                "free": .integer(memory["MemFree"] ?? 0),
                "active": .integer(memory["Active"] ?? 0),
                "inactive": .integer(memory["Inactive"] ?? 0),
                "buffers": .integer(memory["Buffers"] ?? 0),
                "cached": .integer((memory["Cached"] ?? 0) + (memory["SReclaimable"] ?? 0)),
                "shared": .integer(memory["Shmem"] ?? 0),
                "slab": .integer(memory["Slab"] ?? 0),
                "percent": .number((share * 10).rounded() / 10),
            ],
        ]
        if let share = hostProcessorShare() { usage["host_cpu_percent"] = .number(share) }
        return usage
    }

    private func processorShare() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        let now = (wall: steadySeconds(), processor: Double(time.tv_sec) + Double(time.tv_nsec) / 1e9)
        defer { last = now }
        guard let last, now.wall > last.wall else { return 0 }
        return ((now.processor - last.processor) / (now.wall - last.wall) * 1000).rounded() / 10
    }

    private func hostProcessorShare() -> Double? {
        guard let now = hostProcessorTime() else { return nil }
        defer { lastHost = now }
        guard let lastHost, now.total > lastHost.total else { return nil }
        let share = Double(now.busy - lastHost.busy) / Double(now.total - lastHost.total)
        return (min(max(share, 0), 1) * 1000).rounded() / 10
    }
}

private func hostName() -> String {
    var name = [CChar](repeating: 0, count: 256)
    gethostname(&name, name.count - 1)
    return name.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
}

/// Returns the resident memory of this process in bytes.
private func residentBytes() -> Int {
    let pages = lines(of: "/proc/self/statm").first?.split(separator: " ").dropFirst().first.flatMap {
        Int($0)
    }
    return (pages ?? 0) * sysconf(Int32(_SC_PAGESIZE))
}

/// Returns the values of `/proc/meminfo` in bytes, by name.
private func hostMemory() -> [String: Int] {
    var memory: [String: Int] = [:]
    for line in lines(of: "/proc/meminfo") {
        let words = line.split(whereSeparator: { $0 == " " || $0 == ":" })
        if words.count >= 2, let kilobytes = Int(words[1]) { memory[String(words[0])] = kilobytes * 1024 }
    }
    return memory
}

/// Returns the time of all processors since the machine started, in clock ticks.
///
/// `/proc/stat` lists user, nice, system, idle, iowait, irq, softirq and steal; guest time is already part of user.
private func hostProcessorTime() -> (busy: Int, total: Int)? {
    let words = lines(of: "/proc/stat").first?.split(separator: " ") ?? []
    let ticks = words.dropFirst().prefix(8).compactMap { Int($0) }
    guard ticks.count == 8 else { return nil }
    let total = ticks.reduce(0, +)
    return (total - ticks[3] - ticks[4], total)
}

private func lines(of path: String) -> [Substring] {
    guard let file = fopen(path, "r") else { return [] }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 1 << 14)
    let count = fread(&bytes, 1, bytes.count, file)
    return String(decoding: bytes[..<count], as: UTF8.self).split(separator: "\n")
}
