import Foundation
import Jupyter
import Platform
import VitrineEngine

/// An atlas that a Slurm cluster renders: an array job, a last job that writes the pages, and a line of progress.
struct SlurmAtlas {
    let script: SlurmScript
    let atlas: AtlasFolder
    /// The names of the pictures that the atlas should hold.
    let wanted: Set<String>
    /// Options of `sbatch` for every job: "--partition=long".
    let options: [String]
    /// The number of times that a part is tried.
    let tries: Int
    let photographs: String?
    let queue = SlurmQueue()

    /// The interval at which the scheduler is polled, in seconds.
    private static let interval = 2.0
    /// The time in seconds to wait for the exit status of a task that has left the queue: files appear late in shared
    /// folders.
    private static let gracePeriod = 20.0

    /// Submits the jobs and follows them to their end.
    ///
    /// - Returns: the process's exit status.
    /// - Throws: ``SlurmQueue/Failure``; ``EngineError/cancelled`` after an interrupt, which leaves the jobs as they
    ///   are.
    func run(_ cancellation: Cancellation, _ line: TerminalLine) throws -> Int32 {
        try makeFolder(script.workFolder)
        let task = try write(script.task, as: "task.sh")
        let last = try write(script.merge(photographs: photographs), as: "pages.sh")
        var shards = SlurmShards(count: script.shards, tries: tries)
        var array = try submitArray(task, shards.open)
        var pages = try submitPages(last, after: array)
        line.writeLine(
            "Slurm's job \(array) renders \(script.shards) parts; job \(pages) makes the pages. Logs are in \(script.workFolder)."
        )
        while true {
            try follow(&shards, array, cancellation, line)
            guard !shards.retries.isEmpty else { break }
            let failed = SlurmScript.list(shards.retries)
            shards.resubmit()
            // Otherwise it would write the pages now.
            queue.cancel(pages)
            array = try submitArray(task, shards.open)
            pages = try submitPages(last, after: array)
            line.writeLine("\(shards.failuresInWords ?? "") Parts \(failed) are submitted again as job \(array).")
        }
        let ending = try wait(for: pages, cancellation, line)
        if let words = shards.failuresInWords { line.writeLine(words) }
        for lost in shards.lost {
            let how = lost.ending.status.map { "with status \($0)" } ?? "without an exit status"
            line.writeLine(
                "Part \(lost.shard)/\(script.shards) was tried \(tries) times and ended \(how), the last time on "
                    + "\(lost.ending.node ?? "an unknown node"). See \(script.workFolder).")
        }
        if ending.status != 0 {
            line.writeLine(
                "The pages could not be made: see \(script.workFolder)/\(pages)_0.log, and try “vitrine atlas --merge”."
            )
            return 2
        }
        return shards.lost.isEmpty ? 0 : 1
    }

    private func write(_ text: String, as name: String) throws(EngineError) -> String {
        let path = "\(script.workFolder)/\(name)"
        try writeWholeFile(path, Array(text.utf8))
        return path
    }

    private func submitArray(_ task: String, _ shards: Set<Int>) throws -> String {
        try queue.submit(
            task,
            [
                "--job-name=vitrine-atlas", "--array=\(SlurmScript.list(shards))", "--requeue", "--open-mode=append",
                "--output=\(script.workFolder)/%A_%a.log",
            ] + options)
    }

    private func submitPages(_ last: String, after array: String) throws -> String {
        // However the parts ended: incomplete pages are better than none.
        try queue.submit(
            last,
            [
                "--job-name=vitrine-pages", "--dependency=afterany:\(array)", "--output=\(script.workFolder)/%j_0.log",
                "--open-mode=append",
            ] + options)
    }

    /// Waits until no part is waiting or running.
    private func follow(
        _ shards: inout SlurmShards, _ array: String, _ cancellation: Cancellation, _ line: TerminalLine
    ) throws {
        let start = steadySeconds()
        let before = atlas.pictures.names().intersection(wanted).count
        var (done, nextCount) = (before, 0.0)
        var goneSince: [Int: Double] = [:]
        while !shards.open.isEmpty {
            try pause(cancellation)
            let tasks = try queue.tasks(of: array)
            // A task that Slurm has requeued is not gone.
            for shard in tasks.keys { goneSince[shard] = nil }
            for shard in shards.open where tasks[shard] == nil {
                if let ending = ending(of: "\(array)_\(shard)") {
                    shards.end(shard, ending)
                } else if steadySeconds() - goneSince[shard, default: .infinity] > Self.gracePeriod {
                    shards.end(shard, .init(status: nil, node: node(of: "\(array)_\(shard)")))
                } else if goneSince[shard] == nil {
                    goneSince[shard] = steadySeconds()
                }
            }
            // Listing a hundred thousand files takes a shared folder some seconds.
            if steadySeconds() >= nextCount {
                done = atlas.pictures.names().intersection(wanted).count
                nextCount = steadySeconds() + max(Self.interval, Double(wanted.count) / 2000)
            }
            let speed = Double(done - before) / (steadySeconds() - start)
            let running = tasks.values.count { !$0.hasPrefix("waiting") }
            line.show(
                "\(running) tasks running, \(tasks.count - running) waiting", done: done, of: wanted.count,
                secondsLeft: speed > 0 ? Double(wanted.count - done) / speed : nil)
        }
    }

    /// Waits for a job that is not an array.
    private func wait(
        for job: String, _ cancellation: Cancellation, _ line: TerminalLine
    ) throws -> SlurmShards.Ending {
        var goneSince: Double?
        while true {
            if let ending = ending(of: "\(job)_0") { return ending }
            let isQueued = try !queue.tasks(of: job).isEmpty
            if isQueued { goneSince = nil } else { goneSince = goneSince ?? steadySeconds() }
            if let goneSince, steadySeconds() - goneSince > Self.gracePeriod {
                return .init(status: nil, node: node(of: "\(job)_0"))
            }
            line.show("making the pages", done: wanted.count, of: wanted.count)
            try pause(cancellation)
        }
    }

    /// Reads how a task ended; returns nil if it has not recorded that.
    private func ending(of task: String) -> SlurmShards.Ending? {
        guard let words = words("\(task).ended"), let status = words.first.flatMap({ Int($0) }) else { return nil }
        return .init(status: status, node: words.dropFirst().first)
    }

    private func node(of task: String) -> String? { words("\(task).begun")?.first }

    private func words(_ file: String) -> [String]? {
        (try? String(contentsOfFile: "\(script.workFolder)/\(file)", encoding: .utf8))?
            .split(whereSeparator: \.isWhitespace).map(String.init)
    }

    private func pause(_ cancellation: Cancellation) throws {
        let end = steadySeconds() + Self.interval
        while steadySeconds() < end {
            try cancellation.check()
            usleep(50_000)
        }
    }
}
