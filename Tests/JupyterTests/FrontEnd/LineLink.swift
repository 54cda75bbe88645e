import Foundation
import Jupyter
import Platform

/// Lines of JSON over the two pipes of a kernel in this process.
final class LineLink: Link, Sendable {
    /// What the kernel reads from and writes to.
    var kernelsEnds: (input: Int32, output: Int32) {
        (requests.fileHandleForReading.fileDescriptor, answers.fileHandleForWriting.fileDescriptor)
    }
    private let requests = Pipe()
    private let answers = Pipe()
    private let unread = Unread()

    init() {
        signal(SIGPIPE, SIG_IGN)
    }

    func send(_ message: Message, on channel: FrontEnd.Channel) throws {
        try write(bytes: message.line(on: channel.kind))
    }

    /// Writes text and the line's end.
    func write(_ line: String) throws { try write(bytes: Array((line + "\n").utf8)) }

    /// Writes bytes as they are.
    func write(bytes: [UInt8]) throws { try requests.fileHandleForWriting.write(contentsOf: Data(bytes)) }

    func closeInput() { try? requests.fileHandleForWriting.close() }

    func closeOutput() { try? answers.fileHandleForReading.close() }

    func receive(until deadline: Double) throws -> [(FrontEnd.Channel, Message)] {
        while true {
            let lines = try receiveLines(until: deadline)
            if lines.isEmpty { return [] }
            let messages = try lines.compactMap { line in
                let (kind, message) = try Message.read(line: line)
                return FrontEnd.Channel(kind).map { ($0, message) }
            }
            if !messages.isEmpty { return messages }
        }
    }

    /// The whole lines that have come, after waiting for one; none when the deadline has passed.
    func receiveLines(until deadline: Double) throws -> [[UInt8]] {
        let descriptor = answers.fileHandleForReading.fileDescriptor
        while true {
            var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            let milliseconds = Int32(max(deadline - steadySeconds(), 0) * 1000)
            guard poll(&waiting, 1, milliseconds) > 0 else { return [] }
            var chunk = [UInt8](repeating: 0, count: 64 << 10)
            let count = read(descriptor, &chunk, chunk.count)
            guard count > 0 else { return [] }
            let lines = unread.add(chunk[..<count])
            if !lines.isEmpty { return lines }
        }
    }
}

/// The beginning of a line whose end has not come.
///
/// Of the one thread that reads.
private final class Unread: @unchecked Sendable {
    private var bytes: [UInt8] = []

    /// The lines that are whole now.
    func add(_ more: ArraySlice<UInt8>) -> [[UInt8]] {
        var lines: [[UInt8]] = []
        var rest = more
        // Only what is new can hold an end: lines are up to a hundred megabytes here.
        while let end = rest.firstIndex(of: 0x0A) {
            lines.append(bytes + rest[..<end])
            bytes = []
            rest = rest[(end + 1)...]
        }
        bytes += rest
        return lines
    }
}
