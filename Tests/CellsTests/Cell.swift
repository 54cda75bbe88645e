import Cells
import Synchronization

/// A host for tests: keeps what cells write, and stops them on demand.
final class TestContext: CellContext {
    private let state = Mutex<(output: String, errors: String, statementsLeft: Int)>(("", "", .max))

    /// A context that asks the cell to stop after so many looks at ``isCancelled``.
    init(cancelAfter looks: Int = .max) {
        state.withLock { $0.statementsLeft = looks }
    }

    var isCancelled: Bool {
        state.withLock { state in
            guard state.statementsLeft > 0 else { return true }
            if state.statementsLeft != .max { state.statementsLeft -= 1 }
            return false
        }
    }

    func write(_ text: String, toStandardError: Bool) {
        state.withLock { state in
            if toStandardError { state.errors += text } else { state.output += text }
        }
    }

    var output: String { state.withLock { $0.output } }
    var errors: String { state.withLock { $0.errors } }
}

/// The value of a cell, as text in Swift's spelling; "" when it gives none.
func value(_ source: String, globals: [String: Value] = [:]) throws -> String {
    switch try Interpreter(globals: globals).run(source, in: TestContext()) {
    case .value(let value): value.quotedText
    case .none: ""
    case .inspect(let path): "inspect \(path)"
    }
}

/// What a cell prints.
func output(_ source: String) throws -> String {
    let context = TestContext()
    _ = try Interpreter().run(source, in: context)
    return context.output
}

/// The error of a cell; nil when it runs.
func failure(_ source: String, globals: [String: Value] = [:]) -> CellError? {
    do throws(CellError) {
        _ = try Interpreter(globals: globals).run(source, in: TestContext())
        return nil
    } catch {
        return error
    }
}

/// The message of a cell's error; "" when it runs.
func message(_ source: String, globals: [String: Value] = [:]) -> String {
    failure(source, globals: globals)?.message ?? ""
}
