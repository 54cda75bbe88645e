import Commands
import Foundation
import Jupyter
import Platform
import TestKernel

/// A kernel in a process of its own, so that what ends it is told and ends no test.
final class FuzzedKernel {
    /// What became of a cell.
    enum Outcome: Equatable {
        /// It was answered: with an error in words, or without one.
        case answered(error: String?)
        /// It ran for long, and interrupting ended it.
        case interrupted
        /// The kernel ended.
        case ended(String)
        /// The kernel neither answered nor heard the interrupt.
        case hung
        /// The kernel took more memory than any of these cells is worth.
        case swollen(bytes: Int)

        /// Whether this is a fault of the kernel.
        var isFault: Bool {
            switch self {
            case .answered, .interrupted: false
            case .ended, .hung, .swollen: true
            }
        }
    }

    /// How long a cell may run before it is interrupted, and the interrupt may take, in seconds.
    private static let patience = (cell: 3.0, interrupt: 30.0)
    /// A gigabyte and a half: what a cell of these tests needs is some megabytes.
    private static let mostBytes = 1_500_000_000

    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()
    private let log: URL
    private var pending: [UInt8] = []
    private var count = 0

    /// Starts a kernel whose caches and home are in `folder`.
    init(in folder: URL) throws {
        // A kernel that has ended is told by what is written to it; that must not end the tests.
        signal(SIGPIPE, SIG_IGN)
        log = folder.appendingPathComponent("stderr-\(UInt32.random(in: 0...(.max)))")
        try Data().write(to: log)
        process.executableURL = URL(fileURLWithPath: Executable.path)
        process.arguments = ["kernel", "--stdio"]
        process.currentDirectoryURL = folder
        process.environment = ProcessInfo.processInfo.environment.merging([
            "HOME": folder.path, "VITRINE_CACHE": folder.appendingPathComponent("cache").path,
            "VITRINE_HISTORY": ":memory:", "HF_HUB_OFFLINE": "1", "SWIFT_BACKTRACE": "enable=no",
        ]) { $1 }
        process.standardInput = input
        process.standardOutput = output
        process.standardError = try FileHandle(forWritingTo: log)
        try process.run()
    }

    deinit {
        process.terminate()
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// Runs a cell.
    func run(_ code: String) -> Outcome {
        count += 1
        send("shell", "execute_request", "\(count)", ["code": .string(code), "store_history": false])
        if let outcome = wait(seconds: Self.patience.cell) { return outcome }
        send("control", "interrupt_request", "i\(count)", [:])
        guard let outcome = wait(seconds: Self.patience.interrupt) else { return .hung }
        if case .answered = outcome { return .interrupted }
        return outcome
    }

    private func send(_ channel: String, _ type: String, _ id: String, _ content: [String: JSON]) {
        let message: JSON = [
            "channel": .string(channel), "header": ["msg_id": .string(id), "msg_type": .string(type)],
            "content": .object(content),
        ]
        try? input.fileHandleForWriting.write(contentsOf: Data((message.text + "\n").utf8))
    }

    /// Waits for the cell's reply; nil when the time is over.
    private func wait(seconds: Double) -> Outcome? {
        let deadline = steadySeconds() + seconds
        while steadySeconds() < deadline {
            while let line = nextLine() {
                guard let message = try? JSON(parsing: line), message["channel"] == "shell",
                    message["header"]?["msg_type"] == "execute_reply",
                    message["parent_header"]?["msg_id"]?.string == "\(count)"
                else { continue }
                guard message["content"]?["status"] == "error" else { return .answered(error: nil) }
                return .answered(error: message["content"]?["evalue"]?.string ?? "")
            }
            if let bytes = residentBytes, bytes > Self.mostBytes { return .swollen(bytes: bytes) }
            guard read() else {
                process.waitUntilExit()
                let words = (try? String(contentsOf: log, encoding: .utf8))?.suffix(300) ?? ""
                return .ended(
                    "\(process.terminationReason == .exit ? "status" : "signal") \(process.terminationStatus) \(words)")
            }
        }
        return nil
    }

    /// Reads what there is within a twentieth of a second; false at the end.
    private func read() -> Bool {
        let descriptor = output.fileHandleForReading.fileDescriptor
        var ready = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&ready, 1, 50) > 0 else { return true }
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        let count = Foundation.read(descriptor, &buffer, buffer.count)
        if count > 0 { pending += buffer[..<count] }
        return count > 0
    }

    private func nextLine() -> [UInt8]? {
        guard let end = pending.firstIndex(of: 0x0A) else { return nil }
        defer { pending.removeSubrange(...end) }
        return Array(pending[..<end])
    }

    private var residentBytes: Int? {
        guard let text = try? String(contentsOfFile: "/proc/\(process.processIdentifier)/statm", encoding: .utf8)
        else { return nil }
        let pages = text.split(separator: " ").dropFirst().first.flatMap { Int($0) }
        return pages.map { $0 * Int(sysconf(Int32(_SC_PAGESIZE))) }
    }
}

/// A run of many cases, its faults with what made them.
struct FuzzRun {
    /// What went wrong, a line for each fault.
    private(set) var faults: [String] = []
    /// How many cells were run.
    private(set) var cells = 0

    private let folder: URL
    private var kernel: FuzzedKernel?
    /// What each new kernel runs first.
    private let opening: String
    private var sinceStart = 0

    /// How many cases there are: `VITRINE_FUZZ`, or a few.
    static let rounds = ProcessInfo.processInfo.environment["VITRINE_FUZZ"].flatMap(Int.init) ?? 60

    init(in folder: URL, opening: String) {
        self.folder = folder
        self.opening = opening
    }

    /// Runs the cells of a case one after the other until one fails, and notes a fault.
    ///
    /// - Parameter first: a cell without which the others are not worth running.
    mutating func run(_ name: String, _ first: String, then others: [String] = []) throws {
        // A kernel keeps its models: a new one now and then.
        sinceStart += 1
        if sinceStart > 100 { kernel = nil }
        for (place, cell) in ([first] + others).enumerated() {
            if kernel == nil {
                guard place == 0 || !faults.isEmpty else { return }
                let new = try FuzzedKernel(in: folder)
                if new.run(opening) != .answered(error: nil) { faults.append("A new kernel fails at once: \(opening)") }
                kernel = new
                sinceStart = 0
                if place > 0 { _ = new.run(first) }
            }
            guard let outcome = kernel?.run(cell) else { return }
            cells += 1
            if outcome.isFault {
                faults.append("\(name): \(cell): \(outcome)")
                kernel = nil
            }
            if case .answered(let error) = outcome, let error {
                if error.count < 10 { faults.append("\(name): \(cell): says only “\(error)”") }
                if place == 0 { return }
            } else if place == 0, outcome != .answered(error: nil) {
                return
            }
        }
    }
}
