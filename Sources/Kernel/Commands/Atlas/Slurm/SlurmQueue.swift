import Foundation

/// The Slurm scheduler, through its command line tools.
struct SlurmQueue {
    /// The error of a command, in the user's words.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// Whether jobs can be submitted from this machine.
    static var isAvailable: Bool { path(of: "sbatch") != nil }

    /// Submits a job.
    ///
    /// - Parameter options: the options before the script: "--array=0-63".
    /// - Returns: the job's number.
    func submit(_ script: String, _ options: [String]) throws -> String {
        let output = try run("sbatch", ["--parsable"] + options + [script])
        // "17" or, on another cluster, "17;cluster".
        guard let id = output.split(whereSeparator: \.isNewline).last?.split(separator: ";").first, Int(id) != nil
        else { throw Failure(description: "sbatch answered “\(output)”instead of a job number.") }
        return String(id)
    }

    /// Returns the states of an array's tasks that are waiting or running; a job that is not an array is task 0.
    func tasks(of job: String) throws -> [Int: String] {
        let output: String
        do {
            output = try run("squeue", ["--noheader", "--array", "--jobs", job, "--format", "%K|%T|%R"])
        } catch let failure as Failure where failure.description.contains("Invalid job id") {
            // The scheduler forgets a job some minutes after it ended.
            return [:]
        }
        var tasks: [Int: String] = [:]
        for line in output.split(whereSeparator: \.isNewline) {
            let parts = line.split(separator: "|", maxSplits: 2).map(String.init)
            guard parts.count == 3 else { continue }
            tasks[Int(parts[0]) ?? 0] = parts[1] == "PENDING" ? "waiting \(parts[2])" : parts[1].lowercased()
        }
        return tasks
    }

    /// Cancels a job; does nothing if the job has ended.
    func cancel(_ job: String) { _ = try? run("scancel", [job]) }

    private func run(_ command: String, _ arguments: [String]) throws -> String {
        guard let path = Self.path(of: command) else {
            throw Failure(description: "\(command) was not found.")
        }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        let (output, errors) = (Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = errors
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        let complaint = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failure(
                description: "\(command) failed: \(complaint.trimmingCharacters(in: .whitespacesAndNewlines))")
        }
        return text.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    private static func path(of command: String) -> String? {
        (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").lazy
            .map { "\($0)/\(command)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
    }
}
