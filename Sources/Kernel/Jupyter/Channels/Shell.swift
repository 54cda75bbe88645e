import Platform

/// A queue of cells, which run one after another on a worker thread.
///
/// The main shell is one, and so is each subshell. They share the execution count. See ``Shells``.
final class Shell {
    /// How many seconds after an error requests that were sent before it are still aborted.
    private static let abortSeconds = 0.1

    /// How many seconds after a cell has started an interrupt may still be meant for the previous cell.
    private static let staleSeconds = 0.5

    private let runner: any CellRunner
    private let channel: RequestChannel
    private let publisher: Publisher
    private let history: HistoryStore
    private let crashRecord: CrashRecord?
    private let events: EventQueue
    private let counter: ExecutionCounter
    private let terminal: TerminalFrontEnd?
    private let worker: Worker
    private var waiting: [(message: Message, request: ExecuteRequest)] = []
    private(set) var running: RunningCell?
    /// The date when the cell before the running one started.
    private var startedBefore: String?
    private var failure: (date: String, deadline: Double)?

    /// Creates a shell whose thread is called `name`.
    init(
        name: String, runner: any CellRunner, channel: RequestChannel, publisher: Publisher, history: HistoryStore,
        crashRecord: CrashRecord?, events: EventQueue, counter: ExecutionCounter, terminal: TerminalFrontEnd?
    ) {
        worker = Worker(name: name, stackBytes: Worker.cellStackBytes)
        self.runner = runner
        self.channel = channel
        self.publisher = publisher
        self.history = history
        self.crashRecord = crashRecord
        self.events = events
        self.counter = counter
        self.terminal = terminal
    }

    /// Queues a cell, which runs when those before it have ended.
    func enqueue(_ message: Message, _ request: ExecuteRequest) {
        if let failure, steadySeconds() < failure.deadline, isEarlier(message.header.date, than: failure.date) {
            // It was sent before an earlier cell failed.
            abort(message)
            return
        }
        waiting.append((message, request))
        startNext()
    }

    /// Asks the running cell, if there is one, to stop.
    ///
    /// A cell that has just started is not interrupted by a request that was sent while the previous cell still ran. A
    /// date before the start of the previous cell comes from a different clock and is ignored.
    ///
    /// - Parameter date: the date of the request's message; empty for now.
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
    /// - Parameter receiveWaiting: queues the requests that have arrived in the meantime, so that an error
    ///   aborts them as well.
    func end(_ cell: CellRequest, _ ending: CellEnding, receiveWaiting: () -> Void) {
        guard let ended = running else { return }
        ended.execution.close()
        crashRecord?.end(cell, unsavedState: ending.unsavedState)
        if let terminal, !cell.request.isSilent { publishChanges(of: ended, to: terminal) }
        let status = publishOutcome(of: cell, ending)
        let metadata: [String: JSON] = ["started": .string(ended.started)]
        let reply = ExecuteReply(status: status, executionCount: cell.executionCount)
        var aborted: [Message] = []
        if case .error = status, cell.request.stopsOnError {
            // Comes before the reply, because cells sent after it should run. `running` is still set, so that none of
            // the received cells starts.
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

    /// Ends the shell: interrupts its running cell, aborts its queued cells and ends its thread.
    func retire() {
        let aborted = waiting
        waiting = []
        for (message, _) in aborted { abort(message) }
        interrupt()
        finish(seconds: 0)
    }

    /// Stops the worker, waiting at most `seconds`.
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
            if let loss = crashRecord?.takeLoss() { publisher.write(loss, to: .standardError, parent: message) }
        }
        crashRecord?.begin(cell)
        let execution = Execution(
            executionCount: cell.executionCount, allowsInput: request.allowsInput, session: message.header.session,
            post: { [events] event in events.post(.output(event, of: cell)) })
        running = RunningCell(cell: cell, execution: execution, started: timestamp(), begin: steadySeconds())
        worker.perform { [runner, events, isRecorded = crashRecord != nil] in
            events.post(.ended(cell, run(cell, by: runner, in: execution, isRecorded: isRecorded)))
        }
        // The history's thread is woken after the cell's, and at the end after the reply has been sent, so that it does
        // not compete with them for a core.
        if request.storesHistory { history.record(line: cell.executionCount, source: request.code) }
    }

    /// Shows a terminal the final form of displays that it could not update.
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

/// A running cell.
struct RunningCell {
    let cell: CellRequest
    let execution: Execution
    /// The date when it started.
    let started: String
    /// The time when it started, by the monotonic clock.
    let begin: Double
}

/// The execution count, shared by all shells of a kernel.
final class ExecutionCounter {
    /// The number of the last counted cell.
    private(set) var current = 0

    /// Returns the number for a cell: a new one if it stores history, otherwise the last one.
    func count(_ request: ExecuteRequest) -> Int {
        if request.storesHistory { current += 1 }
        return current
    }
}

/// Runs a cell, on the worker thread.
///
/// - Parameter isRecorded: whether to read the language's unsaved state afterwards.
private func run(
    _ cell: CellRequest, by runner: any CellRunner, in execution: Execution, isRecorded: Bool
) -> CellEnding {
    let outcome = runner.execute(cell.request.code, in: execution)
    var ending = CellEnding(outcome: outcome, unsavedState: isRecorded ? runner.unsavedState : [])
    if case .success = outcome, !cell.request.userExpressions.isEmpty {
        ending.expressions = runner.evaluate(cell.request.userExpressions, in: execution)
    }
    return ending
}

/// Returns whether a message's date is before `moment`, to the millisecond; both are in ISO 8601.
///
/// Returns false for dates that are not in UTC.
private func isEarlier(_ date: String, than moment: String) -> Bool {
    let milliseconds = 23
    guard date.hasSuffix("Z") || date.hasSuffix("+00:00"), date.utf8.count > milliseconds else {
        return false
    }
    return date.prefix(milliseconds) < moment.prefix(milliseconds)
}
