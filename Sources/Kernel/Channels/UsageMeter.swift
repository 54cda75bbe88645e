import Glibc

/// Measures what the kernel uses of the machine, for the front-end's status bar.
final class UsageMeter {
    private var last: (wall: Double, processor: Double)?

    /// The members of `usage_reply`, as ipykernel names them: bytes, and per cent of one processor since
    /// the last call.
    func measure() -> [String: JSON] {
        let memory = hostMemory()
        let total = memory["MemTotal"] ?? 0
        let available = memory["MemAvailable"] ?? 0
        let share = total > 0 ? Double(total - available) / Double(total) * 100 : 0
        return [
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
                "percent": .number((share * 10).rounded() / 10),
            ],
        ]
    }

    private func processorShare() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        let now = (wall: steadySeconds(), processor: Double(time.tv_sec) + Double(time.tv_nsec) / 1e9)
        defer { last = now }
        guard let last, now.wall > last.wall else { return 0 }
        return ((now.processor - last.processor) / (now.wall - last.wall) * 1000).rounded() / 10
    }
}

private func hostName() -> String {
    var name = [CChar](repeating: 0, count: 256)
    gethostname(&name, name.count - 1)
    return name.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
}

/// The pages of this process that are in memory.
private func residentBytes() -> Int {
    let pages = lines(of: "/proc/self/statm").first?.split(separator: " ").dropFirst().first.flatMap {
        Int($0)
    }
    return (pages ?? 0) * sysconf(Int32(_SC_PAGESIZE))
}

/// The lines of `/proc/meminfo`, in bytes.
private func hostMemory() -> [String: Int] {
    var memory: [String: Int] = [:]
    for line in lines(of: "/proc/meminfo") {
        let words = line.split(whereSeparator: { $0 == " " || $0 == ":" })
        if words.count >= 2, let kilobytes = Int(words[1]) { memory[String(words[0])] = kilobytes * 1024 }
    }
    return memory
}

private func lines(of path: String) -> [Substring] {
    guard let file = fopen(path, "r") else { return [] }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 1 << 14)
    let count = fread(&bytes, 1, bytes.count, file)
    return String(decoding: bytes[..<count], as: UTF8.self).split(separator: "\n")
}
