import Commands
import Foundation
import Jupyter
import Platform
import Synchronization
import TestKernel
import TestModels
import VitrineEngine

/// A notebook without a front-end: cells go straight to a session, output is kept.
final class Notebook: Sendable {
    private let session: Session
    private let events = Mutex<[ExecutionEvent]>([])

    /// A notebook with nothing loaded.
    init() { session = Session(pictures: nil) }

    /// The same, whose built-in models have their first two blocks alone: for what wants a model and not its depth.
    static func withTwoBlocks() -> Notebook {
        Notebook { request, _, _ in
            try TwoBlocks.load(
                request.name, weights: request.weights, size: request.size, settings: request.settings,
                classes: request.classes)
        }
    }

    /// A notebook that keeps its pictures in a folder.
    init(pictures folder: String) { session = Session(pictures: PictureCache(folder)) }

    /// A notebook whose models are loaded by `loader`.
    init(loader: @escaping ModelLoader) { session = Session(loader: loader, pictures: nil) }

    /// What a cell gave.
    struct Answer {
        let outcome: CellOutcome
        let events: [ExecutionEvent]

        /// The plain text of the cell's result; nil when it has none or failed.
        var result: String? {
            if case .success(let bundle, _) = outcome { bundle?.plain } else { nil }
        }

        /// The result in all its forms.
        var bundle: MIMEBundle? {
            if case .success(let bundle, _) = outcome { bundle } else { nil }
        }

        /// The error, when there is one.
        var failure: CellFailure? {
            if case .failure(let failure) = outcome { failure } else { nil }
        }

        /// Everything that was displayed, updates included.
        var displays: [MIMEBundle] {
            events.compactMap { if case .display(let bundle, _, _, _) = $0 { bundle } else { nil } }
        }

        /// What the front-end was asked to do.
        var payload: [JSON] {
            if case .success(_, let payload) = outcome { payload } else { [] }
        }

        /// What was written to stderr.
        var warnings: String {
            events.compactMap { if case .stream(.standardError, let text) = $0 { text } else { nil } }.joined()
        }

        /// What was written to stdout.
        var text: String {
            events.compactMap { if case .stream(.standardOutput, let text) = $0 { text } else { nil } }.joined()
        }
    }

    /// Runs a cell to its end.
    ///
    /// - Parameter during: is handed the running cell with each event, to interrupt it for instance.
    @discardableResult
    func run(_ code: String, during: @escaping @Sendable (Execution, Int) -> Void = { _, _ in }) -> Answer {
        events.withLock { $0 = [] }
        let box = ExecutionBox()
        let execution = Execution(executionCount: 1, allowsInput: false) { event in
            let count = self.events.withLock { events in
                events.append(event)
                return events.count
            }
            if let execution = box.execution.withLock({ $0 }) { during(execution, count) }
        }
        box.execution.withLock { $0 = execution }
        let outcome = session.execute(code, in: execution)
        box.execution.withLock { $0 = nil }
        return Answer(outcome: outcome, events: events.withLock { $0 })
    }

    /// Does something with a comm, as a page does; returns what is answered at once.
    @discardableResult
    func receive(_ event: CommEvent) -> [CommEvent] { session.receive(event) }

    /// The open comms and their targets.
    var openComms: [String: String] { session.openComms }

    /// What the kernel has done with comms since the last cell began.
    var comms: [CommEvent] {
        events.withLock { $0.compactMap { if case .comm(let event) = $0 { event } else { nil } } }
    }

    /// What the kernel would complete at the end of `code`.
    func complete(_ code: String) -> [String] {
        session.complete(code, cursor: code.unicodeScalars.count).matches
    }

    /// What the kernel knows of the end of `code`.
    func inspect(_ code: String) -> String? {
        session.inspect(code, cursor: code.unicodeScalars.count, detail: 0)?.plain
    }

    private final class ExecutionBox: Sendable {
        let execution = Mutex<Execution?>(nil)
    }
}

/// A folder beside the repository with data that a checkout may lack.
func shared(_ path: String) -> String { repository.deletingLastPathComponent().path + "/shared/" + path }
