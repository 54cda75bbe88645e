import Cells
import Testing

/// Typed keys of arguments: how they are written down, and what they read.
@Suite(.timeLimit(.minutes(10))) struct ArgumentTests {
    private enum Distance: String, ArgumentChoice {
        case l1, cosine
    }

    private static let whole = Argument<Int>("whole", default: 16)
    private static let number = Argument<Double>("number", default: 1)
    private static let share = Argument<Double>("share", default: 0.15)
    private static let text = Argument<String>("text", label: nil, default: "a\n")
    private static let truth = Argument<Bool>("truth", default: true)
    private static let choice = Argument<Distance>("choice", label: "by", default: .cosine)
    private static let rest = Argument<[Int]?>("rest", default: nil)
    private static let range = Argument<Range<Int>?>("range", default: nil)
    private static let closure = Argument<(any Callable)?>("closure")
    private static let either = Argument<[String]>(
        "either", .oneOf([.string, .list(.string)]), default: "all"
    ) { value in value.string.map { [$0] } ?? [String].read(value) }
    private static let signature = Signature(
        "take", [text, whole, number, share, truth, choice, rest, range, closure, either], result: .string)

    private func read(_ cell: String) throws -> String {
        let command = Command<TestContext>(Self.signature) { arguments in
            let parts: [Any] = [
                arguments[Self.text], arguments[Self.whole], arguments[Self.number], arguments[Self.share],
                arguments[Self.truth], arguments[Self.choice], arguments[Self.rest] ?? [],
                arguments[Self.range] ?? 0..<0, arguments[Self.closure] != nil, arguments[Self.either],
            ]
            return .string(parts.map { "\($0)" }.joined(separator: "; "))
        }
        return try value(cell, globals: ["take": .function(command)])
    }

    @Test func defaultsAreSpelledByThemselves() {
        #expect(
            Self.signature.swiftText
                == "take(_ text: String = \"a\\n\", whole: Int = 16, number: Double = 1, share: Double = 0.15, "
                + "truth: Bool = true, by choice: .l1 | .cosine = .cosine, rest: [Int]? = nil, range: Range? = nil, "
                + "closure: Function? = nil, either: String | [String] = \"all\") -> String")
    }

    @Test func readsDefaultsWithTheirTypes() throws {
        #expect(try read("take()") == #""a\n; 16; 1.0; 0.15; true; cosine; []; 0..<0; false; [\"all\"]""#)
    }

    @Test func readsWhatIsGiven() throws {
        let cell =
            "take(\"b\", whole: 3, number: 2, share: 1, truth: false, by: .l1, rest: 0..<2, range: 4..<5, "
            + "either: [\"c\", \"d\"]) { $0 }"
        #expect(
            try read(cell) == #""b; 3; 2.0; 1.0; false; l1; [0, 1]; 4..<5; true; [\"c\", \"d\"]""#)
    }

    /// A command may take fewer values than its types have. What it cannot read is the caller's mistake, and no trap.
    @Test func whatCannotBeReadIsRefused() throws {
        let place = Argument<(Int, Int)>("place", .list(.integer)) { value in
            [Int].read(value).flatMap { $0.count == 2 ? ($0[0], $0[1]) : nil }
        }
        let command = Command<TestContext>(Signature("at", [place], result: .integer)) { .integer($0[place].1) }
        let globals = ["at": Value.function(command)]
        #expect(try value("at(place: [3, 4])", globals: globals) == "4")
        for list in ["[3]", "[]", "[3, 4, 5]"] {
            let error = #expect(throws: CellError.self) { try value("at(place: \(list))", globals: globals) }
            #expect(error?.message.contains("`place` must be") == true)
        }
    }

    @Test func refusesOtherTypes() {
        #expect(throws: (any Error).self) { try read("take(whole: 1.5)") }
        #expect(throws: (any Error).self) { try read("take(by: .l2)") }
    }
}

/// Commands that ask for what their host's cells run in.
@Suite(.timeLimit(.minutes(10))) struct CommandContextTests {
    private final class OtherContext: CellContext {
        let isCancelled = false
        func write(_ text: String, toStandardError: Bool) {}
    }

    @Test func aCommandIsGivenItsHostsContext() throws {
        let context = TestContext()
        _ = try Interpreter(globals: hostGlobals).run("note()", in: context)
        #expect(context.output == "noted\n")
    }

    @Test func anotherContextIsRefusedInWords() {
        let error = #expect(throws: CellError.self) {
            try Interpreter(globals: hostGlobals).run("note()", in: OtherContext())
        }
        #expect(error?.message == "`note` cannot be called here: no cell runs.")
    }

    @Test func aCommandThatAsksNothingRunsAnywhere() throws {
        let result = try Interpreter(globals: hostGlobals).run("load(\"a\").name", in: OtherContext())
        guard case .value(let value) = result else { return #expect(Bool(false)) }
        #expect(value == "a")
    }
}

/// Members of a value, which one table declares and answers.
@Suite(.timeLimit(.minutes(10))) struct MemberTableTests {
    /// A value of each of the language's types, by a cell that gives it.
    static let cells = [
        "true", "3", "2.5", "\"text\"", "[1, 2]", "[\"a\": 1]", "0..<4", "Set([1, 2])", "0.5..<1.5", "Date()",
        "ContinuousClock()", "ContinuousClock().now", "Duration.seconds(2)",
    ]

    @Test(arguments: cells) func whatIsDeclaredIsAnswered(_ cell: String) throws {
        let interpreter = Interpreter()
        _ = try interpreter.run("var value = \(cell)", in: TestContext())
        let names = interpreter.completions(in: "value.", cursor: 6).items
        #expect(!names.isEmpty && Set(names.map(\.text)).count == names.count)
        for item in names {
            guard let target = interpreter.inspection(in: "value.\(item.text)", cursor: 7) else {
                Issue.record("`\(item.text)` of \(cell) is unknown")
                continue
            }
            switch (item.kind, target) {
            case (.method, .callable(let signature)): #expect(signature.name == item.text)
            case (.property, .variable(_, let value)):
                #expect(item.detail == value.typeWords || value.isNothing || item.detail == "a value")
            default: Issue.record("`\(item.text)` of \(cell) is not what it is declared as")
            }
        }
        #expect(message("let value = \(cell)\nvalue.undeclared").contains("has no `undeclared`"))
    }

    @Test func setsWhatCanBeSet() throws {
        let context = TestContext()
        let globals: [String: Value] = ["place": .object(TestDisplay(context))]
        _ = try Interpreter(globals: globals).run("place.value = 3", in: context)
        #expect(context.output == "value = 3\n")
    }
}
