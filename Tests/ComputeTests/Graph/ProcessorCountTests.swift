import Compute
import Foundation
import Testing

@Suite(.timeLimit(.minutes(10))) struct ProcessorCountTests {
    private let root = NSTemporaryDirectory() + "groups-" + UUID().uuidString

    private func write(_ text: String, _ path: String) throws {
        let file = URL(filePath: root + "/" + path)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
    }

    /// Version 2 of control groups: the smallest quota of the group and those around it.
    @Test func quotasOfTheSecondVersion() throws {
        defer { try? FileManager.default.removeItem(atPath: root) }
        try write("max 100000\n", "user/cpu.max")
        try write("150000 100000\n", "user/cell/cpu.max")
        #expect(ProcessorCount.quota(groups: "0::/user/cell\n", root: root) == 1.5)
        #expect(ProcessorCount.quota(groups: "0::/user\n", root: root) == nil)
        // A container sees its own group as the mount, whatever it is called outside.
        try write("50000 100000\n", "cpu.max")
        #expect(ProcessorCount.quota(groups: "0::/../elsewhere\n", root: root) == 0.5)
    }

    @Test func quotasOfTheFirstVersion() throws {
        defer { try? FileManager.default.removeItem(atPath: root) }
        try write("250000\n", "cpu,cpuacct/docker/cpu.cfs_quota_us")
        try write("100000\n", "cpu,cpuacct/docker/cpu.cfs_period_us")
        try write("-1\n", "cpu,cpuacct/cpu.cfs_quota_us")
        try write("100000\n", "cpu,cpuacct/cpu.cfs_period_us")
        let groups = "12:memory:/docker\n4:cpu,cpuacct:/docker\n"
        #expect(ProcessorCount.quota(groups: groups, root: root) == 2.5)
        #expect(ProcessorCount.quota(groups: "4:cpu,cpuacct:/\n", root: root) == nil)
    }

    @Test func aQuotaGivesAsManyThreadsAsItKeepsBusy() {
        #expect(ProcessorCount.threads(cores: 8, quota: nil) == 8)
        #expect(ProcessorCount.threads(cores: 8, quota: 1.5) == 2)
        #expect(ProcessorCount.threads(cores: 8, quota: 1.2) == 1)
        #expect(ProcessorCount.threads(cores: 8, quota: 0.3) == 1)
        #expect(ProcessorCount.threads(cores: 2, quota: 6) == 2)
    }
}
