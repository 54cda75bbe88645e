import Glibc
import Logging

/// All channels as lines of JSON over two file descriptors: for editors, scripts and servers that start a kernel of their
/// own and need neither ports nor ZeroMQ.
///
/// Messages are not signed: only who started the kernel has the descriptors. There is no heartbeat; the process's end is
/// the end of its output.
final class LineTransport: Sendable {
    /// Longer lines are dropped.
    private static let mostBytes = 256 << 20

    private let input: Int32
    private let output: Int32
    private let events: EventQueue
    private let logger: Logger
    private let shell = Arrivals()
    private let control = Arrivals()
    private let stdin = Arrivals()

    init(input: Int32, output: Int32, events: EventQueue, logger: Logger) {
        self.input = input
        self.output = output
        self.events = events
        self.logger = logger
    }

    /// The channels, for the I/O thread.
    func ports() -> Ports {
        func port(_ channel: ConnectionFile.Channel, _ arrivals: Arrivals) -> LinePort {
            LinePort(channel, of: self, arrivals)
        }
        return Ports(
            session: ProtocolSession(key: ""), shell: port(.shell, shell), control: port(.control, control),
            stdin: port(.stdin, stdin), iopub: LinePublisher(of: self))
    }

    /// Starts to read. At the input's end the loop is told so.
    func start() {
        startThread(name: "lines", stackBytes: 8 << 20) { [self] in
            readLines()
            events.post(.endOfInput)
        }
    }

    /// Writes a line whole; called by the I/O thread alone.
    ///
    /// - Throws: `.unreachable` when nobody reads any more, which ends the kernel.
    func write(_ line: [UInt8]) throws(WireError) {
        guard writeWhole(line, to: output) else {
            events.post(.stop)
            throw .unreachable
        }
    }

    private func readLines() {
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
            if line.count > Self.mostBytes, !isTooLong {
                logger.warning("Dropped a line: it is longer than \(Self.mostBytes) bytes.")
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
            switch channel {
            case .shell: shell.add(message)
            case .control: control.add(message)
            case .stdin: stdin.add(message)
            case .iopub, .heartbeat: throw .badLine("nothing can be sent on \(channel.rawValue)")
            }
        } catch {
            logger.warning("Dropped a line: \(oneLine("\(error)")).")
        }
    }
}

/// Messages that the reading thread has for the I/O thread.
private final class Arrivals: Sendable {
    let wakeup = Wakeup()
    private let messages = Monitor<[Message]>([])

    func add(_ message: Message) {
        messages.withLock { $0.append(message) }
        wakeup.ring()
    }

    /// The next one. The wakeup stays rung while there may be more.
    func next() -> Message? {
        if let message = first() { return message }
        _ = wakeup.answer()
        return first()
    }

    private func first() -> Message? { messages.withLock { $0.isEmpty ? nil : $0.removeFirst() } }
}

private final class LinePort: MessagePort {
    private let channel: ConnectionFile.Channel
    private let transport: LineTransport
    private let arrivals: Arrivals

    init(_ channel: ConnectionFile.Channel, of transport: LineTransport, _ arrivals: Arrivals) {
        self.channel = channel
        self.transport = transport
        self.arrivals = arrivals
    }

    func receive() throws(WireError) -> Message? { arrivals.next() }
    func send(_ message: Message) throws(WireError) { try transport.write(message.line(on: channel)) }
    func watch(in poll: inout Poll) -> Int { poll.add(descriptor: arrivals.wakeup.readEnd) }
}

private final class LinePublisher: PublishingPort {
    private let transport: LineTransport
    private let wakeup = Wakeup()
    private var isNew = true

    init(of transport: LineTransport) {
        self.transport = transport
        wakeup.ring()
    }

    func publish(_ message: Message) throws(WireError) { try transport.write(message.line(on: .iopub)) }

    /// Who reads the lines listens to everything from the beginning.
    func newTopics() -> [[UInt8]] {
        _ = wakeup.answer()
        defer { isNew = false }
        return isNew ? [[]] : []
    }

    func watch(in poll: inout Poll) -> Int { poll.add(descriptor: wakeup.readEnd) }
}
