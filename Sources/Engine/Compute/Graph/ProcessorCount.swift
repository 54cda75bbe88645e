import Foundation

/// The number of threads that the engine may keep busy.
package enum ProcessorCount {
    /// The variable that sets the number, to leave cores to others.
    static let variable = "VITRINE_THREADS"
    /// More threads than this lose more time waiting for each other than they save.
    static let most = 16

    /// The value of ``variable``, or a thread for each core that this process may use.
    static var usable: Int {
        let wished = ProcessInfo.processInfo.environment[variable].flatMap(Int.init)
        return min(max(wished ?? threads(cores: allowed, quota: quota()), 1), most)
    }

    /// Returns the number of threads that is fastest on `cores` cores under a quota.
    ///
    /// A process that has used up its quota stands still until the next period, a tenth of a second. A core and a half are best
    /// used by two threads; with less the second thread gains nothing.
    package static func threads(cores: Int, quota: Double?) -> Int {
        guard let quota else { return cores }
        return min(cores, max(Int(quota.rounded()), 1))
    }

    /// Returns the quota of the process's control groups in cores; nil if there is none.
    ///
    /// Reads both versions of control groups, and the groups that contain the process's own.
    ///
    /// - Parameters:
    ///   - groups: the text of `/proc/self/cgroup`; nil to read it.
    ///   - root: where the groups are mounted.
    package static func quota(groups: String? = nil, root: String = "/sys/fs/cgroup") -> Double? {
        let lines = groups ?? (try? String(contentsOfFile: "/proc/self/cgroup", encoding: .utf8)) ?? ""
        var quotas: [Double] = []
        for line in lines.split(separator: "\n") {
            // "0::/user.slice" is version 2; "4:cpu,cpuacct:/docker/0123" is version 1.
            let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard fields.count == 3 else { continue }
            let controllers = fields[1].split(separator: ",")
            if controllers.isEmpty {
                for mount in [root, root + "/unified"] {
                    quotas += around(fields[2], in: mount).compactMap { secondVersion($0) }
                }
            } else if controllers.contains("cpu") {
                for mount in [root + "/cpu", root + "/" + fields[1]] {
                    quotas += around(fields[2], in: mount).compactMap { firstVersion($0) }
                }
            }
        }
        return quotas.min()
    }

    /// Returns the folders of a group and of those that contain it; a container sees its own group as the mount itself.
    private static func around(_ group: Substring, in mount: String) -> [String] {
        var path = ""
        return [mount]
            + group.split(separator: "/").map { name in
                path += "/" + name
                return mount + path
            }
    }

    /// Reads the quota of version 2: "150000 100000" microseconds in each period, or "max 100000" without a quota.
    private static func secondVersion(_ folder: String) -> Double? {
        let numbers = (read(folder + "/cpu.max") ?? "").split(separator: " ").map { Double($0) }
        guard numbers.count == 2, let time = numbers[0], let period = numbers[1] else { return nil }
        return share(time, of: period)
    }

    private static func firstVersion(_ folder: String) -> Double? {
        guard let time = read(folder + "/cpu.cfs_quota_us").flatMap(Double.init),
            let period = read(folder + "/cpu.cfs_period_us").flatMap(Double.init)
        else { return nil }
        return share(time, of: period)
    }

    private static func share(_ time: Double, of period: Double) -> Double? {
        time > 0 && period > 0 ? time / period : nil
    }

    private static func read(_ path: String) -> String? {
        try? String(contentsOfFile: path, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)
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
