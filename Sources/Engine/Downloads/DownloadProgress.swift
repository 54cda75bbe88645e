/// What is about to be fetched; known before the first byte of it moves.
public struct DownloadPlan: Hashable, Sendable {
    /// What was asked for: "vit_b_32", "facebook/dinov2-small".
    public let name: String
    /// Where it comes from: "torchvision IMAGENET1K_V1", "Hugging Face".
    public let origin: String
    /// Under which conditions: "BSD-3-Clause"; nil where it is not stated.
    public let license: String?
    /// The size of all files together; nil where it is not stated.
    public let totalBytes: Int?
}

/// How far a download is.
public struct DownloadProgress: Hashable, Sendable {
    /// What is fetched, from where, how large, under which license.
    public let plan: DownloadPlan
    /// The file that is fetched now, empty before the first.
    public let fileName: String
    /// How many bytes of all files are there.
    public let doneBytes: Int
    /// Speed over the last seconds; nil as long as nothing can be said.
    public let bytesPerSecond: Double?
    /// How long the rest takes at this speed; nil as long as nothing can be said.
    public let secondsLeft: Double?
    /// Why nothing moves, if so: "waiting for another program that is downloading it".
    public let note: String?

    /// The part that is there, 0…1, where the size is known.
    public var fraction: Double? {
        guard let total = plan.totalBytes, total > 0 else { return nil }
        return min(1, Double(doneBytes) / Double(total))
    }
}

/// Counts bytes and tells of them, at most ten times a second.
final class ProgressMeter {
    private var plan: DownloadPlan
    private let isOneFile: Bool
    private let report: (DownloadProgress) -> Void
    private var finishedBytes = 0
    private var fileBytes = 0
    private var fileName = ""
    private var note: String?
    private var lastReport: ContinuousClock.Instant?
    /// The last moments, for the speed.
    private var marks: [(time: ContinuousClock.Instant, bytes: Int)] = []

    /// A meter that has told nothing yet.
    ///
    /// - Parameter isOneFile: whether the plan is one file, whose server knows its size best.
    init(_ plan: DownloadPlan, isOneFile: Bool, report: @escaping (DownloadProgress) -> Void) {
        self.plan = plan
        self.isOneFile = isOneFile
        self.report = report
    }

    /// A meter without a reader.
    static var silent: ProgressMeter {
        ProgressMeter(
            DownloadPlan(name: "", origin: "", license: nil, totalBytes: nil), isOneFile: false, report: { _ in })
    }

    /// What a server said of the whole, where it was not known before.
    func expect(totalBytes: Int?, license: String? = nil) {
        guard plan.totalBytes != totalBytes || license != nil else { return }
        plan = DownloadPlan(
            name: plan.name, origin: plan.origin, license: license ?? plan.license, totalBytes: totalBytes)
    }

    /// The size of the file that is fetched now, as its server says.
    func expectFile(totalBytes: Int) {
        if isOneFile { expect(totalBytes: totalBytes) }
    }

    /// Tells what will be fetched.
    func announce() { tell(isDue: true) }

    /// The next file begins, with so many bytes of it there already.
    func begin(_ name: String, bytes: Int) {
        fileName = name
        fileBytes = bytes
        note = nil
        // What was there before says nothing of the speed.
        marks = [(.now, finishedBytes + bytes)]
        tell(isDue: true)
    }

    /// So many bytes of the file are there.
    func update(bytes: Int) {
        fileBytes = bytes
        tell(isDue: false)
    }

    /// Why nothing moves; nil when it does again.
    func say(_ note: String?) {
        guard self.note != note else { return }
        self.note = note
        tell(isDue: true)
    }

    /// The file is complete.
    func finish(bytes: Int) {
        finishedBytes += bytes
        fileBytes = 0
        note = nil
        tell(isDue: true)
    }

    private func tell(isDue: Bool) {
        let now = ContinuousClock.now
        if !isDue, let lastReport, now - lastReport < .milliseconds(100) { return }
        lastReport = now
        let done = finishedBytes + fileBytes
        marks.append((now, done))
        // The speed of the last three seconds; a longer memory would hide that a line has become slow.
        while marks.count > 2, now - marks[1].time > .seconds(3) { marks.removeFirst() }
        let speed = speed()
        report(
            DownloadProgress(
                plan: plan, fileName: fileName, doneBytes: done, bytesPerSecond: speed,
                secondsLeft: secondsLeft(done: done, speed: speed), note: note))
    }

    private func speed() -> Double? {
        guard let first = marks.first, let last = marks.last else { return nil }
        let seconds = (last.time - first.time) / .seconds(1)
        guard seconds > 0.2, last.bytes > first.bytes else { return nil }
        return Double(last.bytes - first.bytes) / seconds
    }

    private func secondsLeft(done: Int, speed: Double?) -> Double? {
        guard let speed, let total = plan.totalBytes, total >= done else { return nil }
        return Double(total - done) / speed
    }
}
