import Glibc
import Logging

/// The I/O thread: waits for messages, events, signals and deadlines, and acts on them one at a time.
final class Loop {
    /// After so many messages of one channel, the others are looked at.
    private static let messagesAtOnce = 64

    let publisher: Publisher
    let shellChannel: RequestChannel
    let controlChannel: RequestChannel
    let prompts: InputPrompts
    let shells: Shells
    let runner: any CellRunner
    /// The specification's version that is spoken.
    let protocolVersion: String
    let history: HistoryStore
    let events: EventQueue
    let logger: Logger
    /// Answers questions about code, which may take a while, also while a cell runs.
    let answerer = Worker(name: "answerer", stackBytes: Worker.cellStackBytes)
    let usage = UsageMeter()
    /// The terminal that started the kernel; nil where something else did.
    private let terminal: TerminalFrontEnd?
    var isEnding = false
    private var closing = Closing.open

    /// How far the kernel is with what was asked before its input ended.
    private enum Closing { case open, reading, draining, drained }

    init(
        ports: Ports, runner: any CellRunner, history: HistoryStore, life: LifeRecord?, events: EventQueue,
        terminal: TerminalFrontEnd?, logger: Logger
    ) {
        func channel(_ kind: ConnectionFile.Channel, _ port: any MessagePort) -> RequestChannel {
            RequestChannel(kind, over: port, session: ports.session, logger: logger)
        }
        publisher = Publisher(over: ports.iopub, session: ports.session, logger: logger)
        controlChannel = channel(.control, ports.control)
        shellChannel = channel(.shell, ports.shell)
        prompts = InputPrompts(channel: channel(.stdin, ports.stdin))
        let counter = ExecutionCounter()
        shells = Shells { [shellChannel, publisher] name in
            Shell(
                name: name, runner: runner, channel: shellChannel, publisher: publisher, history: history,
                life: life, events: events, counter: counter, terminal: terminal)
        }
        self.runner = runner
        self.terminal = terminal
        protocolVersion = ports.session.version
        self.history = history
        self.events = events
        self.logger = logger
    }

    /// Serves until the kernel is to end.
    func run(signals: Signals?, parent: ParentWatch?) throws(WireError) {
        var poll = Poll()
        let listeners = publisher.port.watch(in: &poll)
        let control = controlChannel.port.watch(in: &poll)
        let stdin = prompts.channel.port.watch(in: &poll)
        let posted = poll.add(descriptor: events.wakeup.readEnd)
        let signalled = signals.map { poll.add(descriptor: $0.wakeup.readEnd) }
        let requests = shellChannel.port.watch(in: &poll)
        publisher.publish(Status(state: .starting), parent: nil)
        while !isEnding {
            try poll.wait(milliseconds: milliseconds(watchesParent: parent != nil))
            if let signalled, poll.isReady(signalled) { handleSignals(signals) }
            if poll.isReady(listeners) { publisher.welcomeSubscribers() }
            if poll.isReady(control) { receive(on: controlChannel) }
            if poll.isReady(stdin) { prompts.receive() }
            if poll.isReady(posted) {
                if publisher.shouldWait() { usleep(5_000) } else { handleEvents() }
            }
            if !isEnding, poll.isReady(requests) { receive(on: shellChannel) }
            endWhenDone()
            publisher.meetDeadline()
            prompts.retry()
            if let parent, parent.isGone() { isEnding = true }
        }
        publisher.flush()
        publisher.release()
    }

    /// Has the threads end that belong to the loop.
    func finish() {
        shells.finish(seconds: 0.5)
        answerer.finish(seconds: 0.1)
        history.finish(seconds: 1)
    }

    /// Takes the messages that have come on a channel.
    ///
    /// - Returns: whether there are no more.
    @discardableResult
    func receive(on channel: RequestChannel) -> Bool {
        for _ in 0..<Loop.messagesAtOnce where !isEnding {
            guard let message = channel.receive() else { return true }
            handle(message, on: channel)
        }
        return false
    }

    /// After the input's end: reads what is left of it, then waits for answers and cells.
    private func endWhenDone() {
        switch closing {
        case .open, .draining: return
        case .reading:
            while !receive(on: controlChannel) && !isEnding {}
            while !receive(on: shellChannel) && !isEnding {}
            closing = .draining
            answerer.perform { [history, events] in history.whenDone { events.post(.drained) } }
        case .drained:
            if shells.running.isEmpty { isEnding = true }
        }
    }

    private func handleSignals(_ signals: Signals?) {
        for signal in signals?.take() ?? [] {
            switch signal {
            case .interrupt: shells.interrupt(.all)
            case .terminate: isEnding = true
            }
        }
    }

    private func handleEvents() {
        for event in events.take() {
            switch event {
            case .output(let output, let cell): show(output, of: cell)
            case .ended(let cell, let ending):
                prompts.close(of: cell)
                let isNextBusy = shells.end(cell, ending) { receive(on: shellChannel) }
                if !isNextBusy { sayWhoIsBusy() }
            case .answer(let content, let request, let channel):
                (channel == .control ? controlChannel : shellChannel).reply(content, to: request)
                finish(request)
            case .endOfInput:
                prompts.end()
                closing = .reading
            case .drained: closing = .drained
            case .stop: isEnding = true
            }
        }
    }

    private func show(_ output: ExecutionEvent, of cell: CellRequest) {
        if case .input(let prompt, let isSecret) = output {
            publisher.flush()
            // No other front-end waits for an answer.
            guard let running = shells.shell(running: cell)?.running else { return }
            prompts.ask(InputRequest(prompt: prompt, isSecret: isSecret), for: running)
        }
        if case .comm(let event) = output { return publisher.publish(event, parent: cell.message) }
        if cell.request.isSilent { return }
        switch output {
        case .stream(let stream, let text): publisher.write(text, to: stream, parent: cell.message)
        case .display(let bundle, let id, let isUpdate, var transient):
            if let id { transient["display_id"] = .string(id) }
            if isUpdate {
                let display = DisplayData(bundle: bundle, transient: transient)
                return publisher.publish(UpdateDisplayData(display: display), parent: cell.message)
            }
            for bundle in terminal?.displays(of: bundle, in: cell.executionCount) ?? [bundle] {
                publisher.publish(DisplayData(bundle: bundle, transient: transient), parent: cell.message)
            }
        case .clearOutput(let waits): publisher.publish(ClearOutput(waits: waits), parent: cell.message)
        case .comm, .input: break
        }
    }

    private func milliseconds(watchesParent: Bool) -> Int {
        var seconds = watchesParent ? ParentWatch.seconds : .infinity
        let now = steadySeconds()
        for deadline in [publisher.deadline, prompts.deadline] {
            if let deadline { seconds = min(seconds, max(0, deadline - now)) }
        }
        return seconds.isFinite ? Int((seconds * 1000).rounded(.up)) : -1
    }
}
