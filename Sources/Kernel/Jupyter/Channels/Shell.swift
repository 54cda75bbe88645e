/// A line of cells: one runs, on a worker of its own, and the others wait.
///
/// The main shell is one, each subshell another, with the same count. See ``Shells``.
final class Shell {
    /// For so long after an error, requests that were sent before it are still aborted.
    private static let abortSeconds = 0.1

    /// For so long after a cell has begun, in seconds, an interrupt may still come that was meant for the cell before it.
    private static let staleSeconds = 0.5

    private let runner: any CellRunner
    private let channel: RequestChannel
    private let publisher: Publisher
    private let history: HistoryStore
    private let life: LifeRecord?
    private let events: EventQueue
    private let counter: ExecutionCounter
    private let terminal: TerminalFrontEnd?
    private let worker: Worker
    private var waiting: [(message: Message, request: ExecuteRequest)] = []
    private(set) var running: RunningCell?
    /// When the cell before the running one began.
    private var startedBefore: String?
    private var failure: (date: String, deadline: Double)?

    /// A shell whose thread is called `name`.
    init(
        name: String, runner: any CellRunner, channel: RequestChannel, publisher: Publisher, history: HistoryStore,
        life: LifeRecord?, events: EventQueue, counter: ExecutionCounter, terminal: TerminalFrontEnd?
    ) {
        worker = Worker(name: name, stackBytes: Worker.cellStackBytes)
        self.runner = runner
        self.channel = channel
        self.publisher = publisher
        self.history = history
        self.life = life
        self.events = events
        self.counter = counter
        self.terminal = terminal
    }

    /// Runs the cell when those before it have ended.
    func enqueue(_ message: Message, _ request: ExecuteRequest) {
        if let failure, steadySeconds() < failure.deadline, isEarlier(message.header.date, than: failure.date) {
            // It was on its way when a cell before it failed.
            abort(message)
            return
        }
        waiting.append((message, request))
        startNext()
    }

    /// Asks the running cell, if there is one, to stop.
    ///
    /// A cell that began a moment ago is not meant by an interrupt that was asked for while the cell before it ran, which has
    /// ended meanwhile. A date before that is one of a clock that differs, and says nothing.
    ///
    /// - Parameter date: when that was asked for, as a message says it; empty for now.
    func interrupt(askedAt date: String = "") {
        guard let running else { return }
        if let startedBefore, steadySeconds() - running.begin < Self.staleSeconds,
            !isEarlier(date, than: startedBefore), isEarlier(date, than: running.started)
        {
            return
        }
        running.execution.interrupt()
        runner.interrupt()
    }

    /// Tells the front-ends how the running cell ended, and starts the next.
    ///
    /// - Parameter receiveWaiting: has the requests that have come in the meantime enqueued, so that an
    ///   error aborts them as well.
    func end(_ cell: CellRequest, _ ending: CellEnding, receiveWaiting: () -> Void) {
        guard let ended = running else { return }
        ended.execution.close()
        life?.end(cell, holding: ending.holdings)
        if let terminal, !cell.request.isSilent { publishChanges(of: ended, to: terminal) }
        let status = publishOutcome(of: cell, ending)
        let metadata: [String: JSON] = ["started": .string(ended.started)]
        let reply = ExecuteReply(status: status, executionCount: cell.executionCount)
        var aborted: [Message] = []
        if case .error = status, cell.request.stopsOnError {
            // Before the reply: who sends the next cell in answer to it wants it run. And `running` is still set, so that
            // none of those that are received starts.
            receiveWaiting()
            aborted = waiting.map(\.message)
            waiting = []
            failure = (timestamp(), steadySeconds() + Shell.abortSeconds)
        }
        channel.reply(reply, to: cell.message, metadata: metadata)
        running = nil
        startedBefore = ended.started
        publisher.publish(Status(state: .idle), parent: cell.message)
        if case .success(let result?, _) = ending.outcome, let plain = result.plain, cell.request.storesHistory {
            history.record(output: plain, line: cell.executionCount)
        }
        for message in aborted { abort(message) }
        startNext()
    }

    /// Ends the shell: its running cell is interrupted, those that wait are aborted, and its thread ends with them.
    func retire() {
        let aborted = waiting
        waiting = []
        for (message, _) in aborted { abort(message) }
        interrupt()
        finish(seconds: 0)
    }

    /// Has the worker end, and waits for it at most `seconds`.
    func finish(seconds: Double) {
        worker.finish(seconds: seconds)
    }

    private func startNext() {
        guard running == nil, !waiting.isEmpty else { return }
        let (message, request) = waiting.removeFirst()
        let cell = CellRequest(message: message, request: request, executionCount: counter.count(request))
        publisher.publish(Status(state: .busy), parent: message)
        if !request.isSilent {
            publisher.publish(
                ExecuteInput(code: request.code, executionCount: cell.executionCount), parent: message)
            if let loss = life?.takeLoss() { publisher.write(loss, to: .standardError, parent: message) }
        }
        life?.begin(cell)
        let execution = Execution(
            executionCount: cell.executionCount, allowsInput: request.allowsInput, session: message.header.session,
            post: { [events] event in events.post(.output(event, of: cell)) })
        running = RunningCell(cell: cell, execution: execution, started: timestamp(), begin: steadySeconds())
        worker.perform { [runner, events, isRecorded = life != nil] in
            events.post(.ended(cell, run(cell, by: runner, in: execution, isRecorded: isRecorded)))
        }
        // The history's thread is woken after the cell's, and at the end after the reply has gone: where cores are few, it
        // would be in their way.
        if request.storesHistory { history.record(line: cell.executionCount, source: request.code) }
    }

    /// Shows a terminal what it was not able to change.
    private func publishChanges(of ended: RunningCell, to terminal: TerminalFrontEnd) {
        for bundle in ended.execution.transcript.changed {
            for display in terminal.displays(of: bundle, in: ended.cell.executionCount) {
                publisher.publish(DisplayData(bundle: display, transient: [:]), parent: ended.cell.message)
            }
        }
    }

    private func publishOutcome(of cell: CellRequest, _ ending: CellEnding) -> ExecuteReply.Status {
        switch ending.outcome {
        case .success(let result, let payload):
            publisher.flush()
            if let result, !cell.request.isSilent {
                let shown = terminal?.result(result, of: cell.executionCount) ?? result
                publisher.publish(
                    ExecuteResult(bundle: shown, executionCount: cell.executionCount), parent: cell.message)
            }
            return .ok(userExpressions: ending.expressions, payload: payload)
        case .failure(let failure):
            publisher.flush()
            if !cell.request.isSilent {
                publisher.publish(ErrorMessage(failure: failure), parent: cell.message)
            }
            return .error(failure)
        }
    }

    private func abort(_ message: Message) {
        publisher.publish(Status(state: .busy), parent: message)
        channel.reply(ExecuteReply(status: .aborted, executionCount: counter.current), to: message)
        publisher.publish(Status(state: .idle), parent: message)
    }
}

/// A cell that runs now.
struct RunningCell {
    let cell: CellRequest
    let execution: Execution
    let started: String
    /// When it began, by the steady clock.
    let begin: Double
}

/// Counts cells, over all shells of a kernel.
final class ExecutionCounter {
    /// The number of the last cell that counted.
    private(set) var current = 0

    /// The number in front of the cell: a new one when it stores history, the last one otherwise.
    func count(_ request: ExecuteRequest) -> Int {
        if request.storesHistory { current += 1 }
        return current
    }
}

/// On the worker.
///
/// - Parameter isRecorded: whether what the language then holds is recorded.
private func run(
    _ cell: CellRequest, by runner: any CellRunner, in execution: Execution, isRecorded: Bool
) -> CellEnding {
    let outcome = runner.execute(cell.request.code, in: execution)
    var ending = CellEnding(outcome: outcome, holdings: isRecorded ? runner.holdings : [])
    if case .success = outcome, !cell.request.userExpressions.isEmpty {
        ending.expressions = runner.evaluate(cell.request.userExpressions, in: execution)
    }
    return ending
}

/// Whether a message's date lies before `moment`, to the millisecond; both in ISO 8601.
///
/// Only dates in UTC can be told.
private func isEarlier(_ date: String, than moment: String) -> Bool {
    let milliseconds = 23
    guard date.hasSuffix("Z") || date.hasSuffix("+00:00"), date.utf8.count > milliseconds else {
        return false
    }
    return date.prefix(milliseconds) < moment.prefix(milliseconds)
}
