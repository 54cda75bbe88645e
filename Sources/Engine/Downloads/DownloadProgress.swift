/// What is about to be downloaded; known before the first byte is received.
public struct DownloadPlan: Hashable, Sendable {
    /// The requested name: "vit_b_32", "facebook/dinov2-small".
    public let name: String
    /// Where it comes from: "torchvision IMAGENET1K_V1", "Hugging Face".
    public let origin: String
    /// Its license: "BSD-3-Clause"; nil if it is not stated.
    public let license: String?
    /// The total size of all files in bytes; nil if it is not known.
    public let totalBytes: Int?
}

/// The progress of a download.
public struct DownloadProgress: Hashable, Sendable {
    /// What is downloaded, from where, how large, under which license.
    public let plan: DownloadPlan
    /// The name of the current file, empty before the first.
    public let fileName: String
    /// The number of bytes of all files that are on the disk.
    public let doneBytes: Int
    /// The speed over the last seconds; nil until it can be measured.
    public let bytesPerSecond: Double?
    /// The remaining time at this speed; nil until it can be estimated.
    public let secondsLeft: Double?
    /// Why the download is waiting, if it is: "waiting for another program that is downloading it".
    public let note: String?

    /// The fraction that is done, 0…1; nil if the size is not known.
    public var fraction: Double? {
        guard let total = plan.totalBytes, total > 0 else { return nil }
        return min(1, Double(doneBytes) / Double(total))
    }
}

/// A meter that counts bytes and reports progress, at most ten times a second.
final class ProgressMeter {
    private var plan: DownloadPlan
    private let isOneFile: Bool
    private let report: (DownloadProgress) -> Void
    private var finishedBytes = 0
    private var fileBytes = 0
    private var fileName = ""
    private var note: String?
    private var lastReport: ContinuousClock.Instant?
    /// Samples of the last seconds, for the speed.
    private var samples: [(time: ContinuousClock.Instant, bytes: Int)] = []

    /// Creates a meter of a download.
    ///
    /// - Parameter isOneFile: whether the plan is one file, whose server knows its size best.
    init(_ plan: DownloadPlan, isOneFile: Bool, report: @escaping (DownloadProgress) -> Void) {
        self.plan = plan
        self.isOneFile = isOneFile
        self.report = report
    }

    /// A meter that reports nothing.
    static var silent: ProgressMeter {
        ProgressMeter(
            DownloadPlan(name: "", origin: "", license: nil, totalBytes: nil), isOneFile: false, report: { _ in })
    }

    /// Sets the total size and the license, once a server has stated them.
    func expect(totalBytes: Int?, license: String? = nil) {
        guard plan.totalBytes != totalBytes || license != nil else { return }
        plan = DownloadPlan(
            name: plan.name, origin: plan.origin, license: license ?? plan.license, totalBytes: totalBytes)
    }

    /// Sets the size of the current file as its server states it.
    func expectFile(totalBytes: Int) {
        if isOneFile { expect(totalBytes: totalBytes) }
    }

    /// Reports what will be fetched.
    func announce() { sendReport(isDue: true) }

    /// Begins the next file, of which `bytes` are already on the disk.
    func begin(_ name: String, bytes: Int) {
        fileName = name
        fileBytes = bytes
        note = nil
        // Bytes from before do not count for the speed.
        samples = [(.now, finishedBytes + bytes)]
        sendReport(isDue: true)
    }

    /// Sets the number of bytes of the current file that are on the disk.
    func update(bytes: Int) {
        fileBytes = bytes
        sendReport(isDue: false)
    }

    /// Sets why the download is waiting; nil when it no longer is.
    func setNote(_ note: String?) {
        guard self.note != note else { return }
        self.note = note
        sendReport(isDue: true)
    }

    /// Finishes the current file, of `bytes` in all.
    func finish(bytes: Int) {
        finishedBytes += bytes
        fileBytes = 0
        note = nil
        sendReport(isDue: true)
    }

    private func sendReport(isDue: Bool) {
        let now = ContinuousClock.now
        if !isDue, let lastReport, now - lastReport < .milliseconds(100) { return }
        lastReport = now
        let done = finishedBytes + fileBytes
        samples.append((now, done))
        // The speed of the last three seconds; a longer window would hide that the connection has become slow.
        while samples.count > 2, now - samples[1].time > .seconds(3) { samples.removeFirst() }
        let speed = speed()
        report(
            DownloadProgress(
                plan: plan, fileName: fileName, doneBytes: done, bytesPerSecond: speed,
                secondsLeft: secondsLeft(done: done, speed: speed), note: note))
    }

    private func speed() -> Double? {
        guard let first = samples.first, let last = samples.last else { return nil }
        let seconds = (last.time - first.time) / .seconds(1)
        guard seconds > 0.2, last.bytes > first.bytes else { return nil }
        return Double(last.bytes - first.bytes) / seconds
    }

    private func secondsLeft(done: Int, speed: Double?) -> Double? {
        guard let speed, let total = plan.totalBytes, total >= done else { return nil }
        return Double(total - done) / speed
    }
}
