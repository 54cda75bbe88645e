import Glibc
import Logging
import Platform

/// A transport that carries all channels as lines of JSON over two file descriptors, for editors, scripts and servers
/// that start their own kernel and need neither ports nor ZeroMQ.
///
/// Messages are not signed, because only the process that started the kernel has the descriptors. There is no
/// heartbeat; the kernel has ended when its output ends.
final class LineTransport: Sendable {
    /// The length in bytes above which lines are dropped.
    private static let lineByteLimit = 256 << 20

    private let input: Int32
    private let output: Int32
    private let events: EventQueue
    private let logger: Logger
    private let channels = QueuedChannels()

    init(input: Int32, output: Int32, events: EventQueue, logger: Logger) {
        self.input = input
        self.output = output
        self.events = events
        self.logger = logger
    }

    /// Returns the channels, for the I/O thread.
    func ports() -> Ports {
        channels.ports { [self] (message, channel) throws(WireError) in try write(message.line(on: channel)) }
    }

    /// Starts the thread that reads the input. At the end of the input it posts an event to the loop.
    func start() {
        // A duplicate, because the thread may still be reading when the kernel has ended and the caller closes its own.
        let input = dup(input)
        startThread(name: "lines", stackBytes: 8 << 20) { [self] in
            readLines(from: input)
            close(input)
            events.post(.endOfInput)
        }
    }

    /// Writes a complete line.
    ///
    /// - Throws: `.unreachable` if the output is closed, which ends the kernel.
    private func write(_ line: [UInt8]) throws(WireError) {
        guard writeAll(line, to: output) else {
            events.post(.stop)
            throw .unreachable
        }
    }

    private func readLines(from input: Int32) {
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        var line: [UInt8] = []
        var isTooLong = false
        while true {
            let count = read(input, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            if count <= 0 { break }
            var rest = chunk[..<count]
            while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                line += rest[..<end]
                if !isTooLong { take(line) }
                (line, isTooLong) = ([], false)
                rest = rest[(end + 1)...]
            }
            line += rest
            if line.count > Self.lineByteLimit, !isTooLong {
                logger.warning("Dropped a line longer than \(Self.lineByteLimit) bytes.")
                isTooLong = true
            }
            if isTooLong { line = [] }
        }
        take(line)
    }

    private func take(_ line: [UInt8]) {
        if line.allSatisfy({ $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\r") }) { return }
        do throws(WireError) {
            let (channel, message) = try Message.read(line: line)
            try channels.add(message, to: channel)
        } catch {
            logger.warning("Dropped a line: \(oneLine("\(error)")).")
        }
    }
}
