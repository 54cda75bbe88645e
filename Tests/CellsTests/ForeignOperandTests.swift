import Cells
import Synchronization
import Testing

/// Operators of a host's values, which may do anything while a variable is changed with them.
@Suite(.timeLimit(.minutes(1))) struct ForeignOperandTests {
    /// Reads the variables of its interpreter when it is added to.
    private final class Reader: CellObject, Sendable {
        private let read: Mutex<(@Sendable () -> Value?)?> = Mutex(nil)
        var kind: ValueKind { .reader }
        var plainText: String { "reader" }

        func reads(_ body: @escaping @Sendable () -> Value?) { read.withLock { $0 = body } }

        func binary(_ operation: String, _ other: Value, isLeft: Bool) throws -> Value? {
            guard operation == "+" else { return nil }
            let seen = read.withLock { $0 }?()
            return .string("\(seen?.plainText ?? "nothing") and \(other.plainText)")
        }
    }

    @Test(arguments: [
        ("var x = reader\nx += 1\nx", "x", "reader and 1"),
        ("var y = 1\nvar x = [reader, reader]\nx[0] += 2\nx[0]", "y", "1 and 2"),
        ("var x = 3\nvar y = 4\nx += reader\nx", "y", "4 and 3"),
        ("var x = [3]\nx[0] += reader\nx[0]", "x", "[3] and 3"),
    ])
    func mayReadVariables(_ source: String, _ name: String, _ expected: String) throws {
        let reader = Reader()
        let interpreter = Interpreter(globals: ["reader": .object(reader)])
        reader.reads { interpreter.value(of: name) }
        guard case .value(let value) = try interpreter.run(source, in: TestContext()) else {
            Issue.record("no value")
            return
        }
        #expect(value.plainText == expected)
    }
}
