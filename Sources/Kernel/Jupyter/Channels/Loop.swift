import Glibc
import Logging
import Platform

/// The I/O thread, which waits for messages, events, signals and deadlines and handles them one at a time.
final class Loop {
    /// The number of messages taken from one channel before the others are checked.
    private static let messagesAtOnce = 64

    private let publisher: Publisher
    private let shellChannel: RequestChannel
    private let controlChannel: RequestChannel
    private let prompts: InputPrompts
    private let shells: Shells
    private let runner: any CellRunner
    /// The version of the messaging specification in use.
    private let protocolVersion: String
    private let history: HistoryStore
    private let events: EventQueue
    private let logger: Logger
    /// The worker that answers questions about code, which may take a while, even while a cell runs.
    private let answerer = Worker(name: "answerer", stackBytes: Worker.cellStackBytes)
    private let usage = UsageMeter()
    /// The terminal that started the kernel; nil if something else did.
    private let terminal: TerminalFrontEnd?
    private var isEnding = false
    private var closing = Closing.open

    /// The progress of finishing the remaining requests after the input has ended.
    private enum Closing { case open, reading, draining, drained }

    init(
        ports: Ports, runner: any CellRunner, history: HistoryStore, crashRecord: CrashRecord?, events: EventQueue,
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
                crashRecord: crashRecord, events: events, counter: counter, terminal: terminal)
        }
        self.runner = runner
        self.terminal = terminal
        protocolVersion = ports.session.version
        self.history = history
        self.events = events
        self.logger = logger
    }

    /// Serves until the kernel is asked to end.
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

    /// Ends the loop's threads, waiting a limited time for each.
    func finish() {
        shells.finish(seconds: 0.5)
        answerer.finish(seconds: 0.1)
        history.finish(seconds: 1)
    }

    /// Handles the messages that have arrived on a channel, up to a limit.
    ///
    /// - Returns: whether none are left.
    @discardableResult
    private func receive(on channel: RequestChannel) -> Bool {
        for _ in 0..<Loop.messagesAtOnce where !isEnding {
            guard let message = channel.receive() else { return true }
            handle(message, on: channel)
        }
        return false
    }

    /// Ends the kernel after its input has ended, once the rest of the input is read and all answers and cells are done.
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
                if !isNextBusy { republishBusy() }
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
            // Only a running cell can wait for input.
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

// What the kernel does for each type of message.
extension Loop {
    /// Handles a message: publishes that the kernel is busy, answers, and publishes that it is idle once
    /// everything that the message caused is done.
    private func handle(_ message: Message, on channel: RequestChannel) {
        var hasPublishedBusy = false
        do throws(FieldError) {
            if let problem = message.problem { throw FieldError(reason: problem) }
            if channel === shellChannel {
                guard let shell = shells[message.header.subshellID] else {
                    throw unknownSubshell(message.header.subshellID)
                }
                if message.header.type == ExecuteRequest.type {
                    // The kernel is busy once the cell runs, not while it is queued.
                    return shell.enqueue(message, try ExecuteRequest(message.content))
                }
            }
            publisher.publish(Status(state: .busy), parent: message)
            hasPublishedBusy = true
            if try answer(message, on: channel) { finish(message) }
        } catch {
            if !hasPublishedBusy { publisher.publish(Status(state: .busy), parent: message) }
            refuse(message, on: channel, because: error)
        }
    }

    /// Publishes that the kernel is done with a request, and whether it is still busy with a cell.
    ///
    /// Front-ends show the last state that they receive. After a question that was answered while a cell runs,
    /// the cell's busy state is therefore published again.
    private func finish(_ message: Message) {
        publisher.publish(Status(state: .idle), parent: message)
        republishBusy()
    }

    /// Publishes the busy state of a running cell again, after something else has ended.
    private func republishBusy() {
        guard let running = shells.running.first else { return }
        publisher.publish(Status(state: .busy), parent: running.cell.message)
    }

    /// Answers a message other than a request to run a cell.
    ///
    /// - Returns: whether it is done; if not, an event with the answer follows.
    private func answer(_ message: Message, on channel: RequestChannel) throws(FieldError) -> Bool {
        switch message.header.type {
        case KernelInfoRequest.type:
            channel.reply(KernelInfoReply(language: runner.language, protocolVersion: protocolVersion), to: message)
        case CompleteRequest.type:
            let request = try CompleteRequest(message.content)
            answerInBackground(message, on: channel) {
                CompleteReply(completions: $0.complete(request.code, cursor: request.cursor))
            }
            return false
        case InspectRequest.type:
            let request = try InspectRequest(message.content)
            answerInBackground(message, on: channel) {
                InspectReply(bundle: $0.inspect(request.code, cursor: request.cursor, detail: request.detail))
            }
            return false
        case IsCompleteRequest.type:
            let request = try IsCompleteRequest(message.content)
            answerInBackground(message, on: channel) {
                IsCompleteReply(completeness: $0.completeness(of: request.code))
            }
            return false
        case HistoryRequest.type:
            let request = try HistoryRequest(message.content)
            history.find(request) { [events, kind = channel.kind] reply in
                events.post(.answer(reply, to: message, on: kind))
            }
            return false
        case CommInfoRequest.type:
            let target = try CommInfoRequest(message.content).target
            let open = runner.openComms.filter { target == nil || $0.value == target }
            channel.reply(CommInfoReply(targets: open), to: message)
        case CommOpen.type:
            let comm = try CommOpen(message.content)
            forward(
                CommEvent(
                    .open(target: comm.target), id: comm.id, data: comm.data, metadata: message.metadata,
                    buffers: message.buffers), in: message)
        case CommMessage.type:
            let comm = try CommMessage(message.content)
            forward(CommEvent(.message, id: comm.id, data: comm.data, buffers: message.buffers), in: message)
        case CommClose.type:
            let comm = try CommClose(message.content)
            forward(CommEvent(.close, id: comm.id, data: comm.data), in: message)
        case InterruptRequest.type:
            let shell = try InterruptRequest(message.content).shell
            if case .one(let id) = shell, shells[id] == nil { throw unknownSubshell(id) }
            shells.interrupt(shell, askedAt: message.header.date)
            channel.reply(InterruptReply(), to: message)
        case CreateSubshellRequest.type where channel === controlChannel:
            channel.reply(CreateSubshellReply(id: shells.create()), to: message)
        case DeleteSubshellRequest.type where channel === controlChannel:
            let id = try DeleteSubshellRequest(message.content).id
            guard shells.delete(id) else { throw unknownSubshell(id) }
            channel.reply(DeleteSubshellReply(), to: message)
        case ListSubshellRequest.type where channel === controlChannel:
            channel.reply(ListSubshellReply(ids: shells.ids), to: message)
        case UsageRequest.type:
            channel.reply(UsageReply(usage: usage.measure()), to: message)
        case ShutdownRequest.type:
            let reply = ShutdownReply(restarts: try ShutdownRequest(message.content).restarts)
            channel.reply(reply, to: message)
            // This tells the kernel's other front-ends.
            publisher.publish(reply, parent: message)
            isEnding = true
        case ExecuteRequest.type: throw FieldError(reason: "cells run on the shell channel")
        case CreateSubshellRequest.type, DeleteSubshellRequest.type, ListSubshellRequest.type:
            throw FieldError(reason: "subshells are created and deleted on the control channel")
        default:
            // Unknown requests are reported as done, so that no front-end waits for them.
            logger.debug("No answer to \(oneLine(message.header.type)).")
        }
        return true
    }

    /// Forwards a comm event to the runner and publishes its replies.
    private func forward(_ event: CommEvent, in message: Message) {
        var event = event
        event.session = message.header.session
        for answer in runner.receive(event) { publisher.publish(answer, parent: message) }
    }

    private func unknownSubshell(_ id: String?) -> FieldError {
        FieldError(reason: "there is no subshell “\(oneLine(id ?? ""))”")
    }

    /// Answers a question about code on another thread, so that it does not block the loop.
    private func answerInBackground(
        _ message: Message, on channel: RequestChannel,
        _ answer: @escaping @Sendable (any CellRunner) -> any MessageContent
    ) {
        answerer.perform { [runner, events, kind = channel.kind] in
            events.post(.answer(answer(runner), to: message, on: kind))
        }
    }

    /// Answers a malformed message with an error, so that no front-end waits for it.
    private func refuse(_ message: Message, on channel: RequestChannel, because error: FieldError) {
        let type = oneLine(message.header.type)
        logger.warning("Refused a message on \(channel.kind.rawValue): \(type): \(oneLine(error.reason)).")
        if message.header.type.hasSuffix("_request") {
            let failure = CellFailure(
                name: "MessageError", message: error.reason, traceback: ["MessageError: \(error.reason)"])
            let reply = ErrorReply(requestType: message.header.type, failure: failure)
            channel.reply(type: reply.type, reply.content, to: message)
        }
        finish(message)
    }
}
