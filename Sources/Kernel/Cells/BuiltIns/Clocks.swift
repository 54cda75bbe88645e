#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The types with which cells measure time: `Date`, `ContinuousClock`, `SuspendingClock` and `Duration`.
enum Clocks {
    static let all: [TypeName] = [date, clock("ContinuousClock"), clock("SuspendingClock"), duration]

    static let date = TypeName(
        command: Command(
            Signature(
                "Date", result: .object(.date), summary: "The current time.",
                example: "let start = Date()\nprint(Date().timeIntervalSince(start))")
        ) { _ in .object(DateValue.now) },
        constants: [:],
        methods: [:], computed: ["now": { .object(DateValue.now) }])

    static func clock(_ name: String) -> TypeName {
        TypeName(
            command: Command(
                Signature(
                    name, result: .object(.clock), summary: "A clock that measures how long something takes.",
                    example: "let took = \(name)().measure { render(objective) }", isPure: true)
            ) { _ in .object(ClockValue()) },
            constants: [:], methods: [:], computed: ["now": { .object(InstantValue(instant: .now)) }])
    }

    private static let wholeSeconds = Argument<Int>("secondsComponent")
    private static let attoseconds = Argument<Int>("attosecondsComponent")
    private static let count = Argument<Double>("count", label: nil)

    /// `Duration.seconds(3)`.
    static let duration = TypeName(
        command: Command(
            Signature(
                "Duration", [wholeSeconds, attoseconds],
                result: .object(.duration), summary: "A length of time.",
                example: "let pause = Duration.milliseconds(20)",
                isPure: true)
        ) { arguments in
            .object(
                DurationValue(
                    duration: .seconds(arguments[wholeSeconds])
                        + .nanoseconds(arguments[attoseconds] / 1_000_000_000)))
        },
        constants: ["zero": .object(DurationValue(duration: .zero))],
        methods: Dictionary(
            uniqueKeysWithValues: DurationValue.units.map { name, unit in
                let signature = Signature(
                    name, [count], result: .object(.duration),
                    summary: "A duration in \(name).", example: "Duration.\(name)(2)", isPure: true)
                return (
                    name, BuiltIn(signature) { arguments in try DurationValue.of(arguments[count] * unit) }
                )
            }))
}

/// A moment, in seconds since 1970.
struct DateValue: TabledObject, ArgumentValue {
    static var argumentType: ValueType { .object(.date) }

    let seconds: Double

    static var now: DateValue {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return DateValue(seconds: Double(time.tv_sec) + Double(time.tv_nsec) / 1e9)
    }

    var kind: ValueKind { .date }

    var plainText: String {
        var time = time_t(seconds.rounded(.down))
        var parts = tm()
        gmtime_r(&time, &parts)
        let numbers: [Value] = [
            Int(parts.tm_year) + 1900, Int(parts.tm_mon) + 1, Int(parts.tm_mday), Int(parts.tm_hour), Int(parts.tm_min),
            Int(parts.tm_sec),
        ].map { .integer($0) }
        return (try? Format("%04d-%02d-%02d %02d:%02d:%02d +0000").text(numbers)) ?? "\(seconds)"
    }

    private static let other = Argument<DateValue>("other", label: nil)

    static let memberTable: MemberTable<DateValue> = [
        .property("timeIntervalSinceNow", .number, "Seconds from now; negative in the past.") {
            .number($0.seconds - DateValue.now.seconds)
        },
        .property("timeIntervalSince1970", .number, "Seconds since 1970.") { .number($0.seconds) },
        .method(
            Signature(
                "timeIntervalSince", [other], result: .number, summary: "Seconds since another moment.", isPure: true)
        ) { date, arguments in .number(date.seconds - arguments[other].seconds) },
    ]

    func binary(_ operation: String, _ other: Value, isLeft: Bool) throws -> Value? {
        guard let other = other.object as? DateValue else { return nil }
        let (left, right) = isLeft ? (seconds, other.seconds) : (other.seconds, seconds)
        switch operation {
        case "<", "<=", ">", ">=", "==": return try Operators.binary(operation, .number(left), .number(right))
        case "-":
            throw CellError(.wrongType, "Two dates have no `-`. Write `end.timeIntervalSince(start)`.")
        default: return nil
        }
    }
}

/// A clock.
private struct ClockValue: TabledObject {
    var kind: ValueKind { .clock }
    var plainText: String { "a clock" }

    private static let work = Argument<any Callable>("work", label: nil)

    static let memberTable: MemberTable<ClockValue> = [
        .property("now", .object(.instant), "The current time.") { _ in .object(InstantValue(instant: .now)) },
        .calling(
            Signature("measure", [work], result: .object(.duration), summary: "How long a closure takes.")
        ) { _, arguments, context in
            let start = ContinuousClock.now
            _ = try invoke(arguments[work], in: context)
            return .object(DurationValue(duration: ContinuousClock.now - start))
        },
    ]
}

/// A moment on a clock.
private struct InstantValue: TabledObject, ArgumentValue {
    static var argumentType: ValueType { .object(.instant) }

    let instant: ContinuousClock.Instant

    var kind: ValueKind { .instant }
    var plainText: String { "an instant" }

    private static let other = Argument<InstantValue>("other", label: "to")

    static let memberTable: MemberTable<InstantValue> = [
        .method(
            Signature(
                "duration", [other], result: .object(.duration), summary: "The time until another instant.",
                isPure: true)
        ) { instant, arguments in
            .object(DurationValue(duration: instant.instant.duration(to: arguments[other].instant)))
        }
    ]

    func binary(_ operation: String, _ other: Value, isLeft: Bool) throws -> Value? {
        guard operation == "-", let other = other.object as? InstantValue else { return nil }
        return .object(
            DurationValue(duration: isLeft ? instant - other.instant : other.instant - instant))
    }
}

/// A length of time.
private struct DurationValue: TabledObject {
    let duration: Duration

    init(duration: Duration) { self.duration = duration }

    var seconds: Double {
        Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
    }

    var kind: ValueKind { .duration }
    var plainText: String { "\(duration)" }

    static let memberTable: MemberTable<DurationValue> = [
        .property("seconds", .number, "The duration in seconds.") { .number($0.seconds) },
        .property("components", .tuple([]), "Whole seconds, and attoseconds.") {
            .tuple([
                TupleElement(label: "seconds", .integer(Int($0.duration.components.seconds))),
                TupleElement(label: "attoseconds", .integer(Int($0.duration.components.attoseconds))),
            ])
        },
    ]

    /// Returns a duration of `seconds`.
    static func of(_ seconds: Double) throws -> Value {
        guard seconds.magnitude < 1e18 else { throw CellError(.arithmetic, "This does not fit in a duration.") }
        return .object(DurationValue(duration: .seconds(seconds)))
    }

    /// Creates a duration from one, or from `.seconds(2)`, which has no type of its own; nil for any other value.
    private init?(_ value: Value) {
        if let value = value.object as? DurationValue {
            self = value
        } else if case .symbol(let symbol) = value, symbol.arguments.count == 1, let unit = Self.units[symbol.name],
            let count = symbol.arguments[0].value.number, (count * unit).magnitude < 1e18
        {
            self.init(duration: .seconds(count * unit))
        } else if case .symbol(let symbol) = value, symbol.name == "zero", symbol.arguments.isEmpty {
            self.init(duration: .zero)
        } else {
            return nil
        }
    }

    /// The length of each unit in seconds.
    static let units = ["seconds": 1, "milliseconds": 1e-3, "microseconds": 1e-6, "nanoseconds": 1e-9]

    func isEqual(to other: any CellObject) -> Bool { (other as? DurationValue)?.duration == duration }

    func binary(_ operation: String, _ other: Value, isLeft: Bool) throws -> Value? {
        if let other = DurationValue(other) {
            let (left, right) = isLeft ? (duration, other.duration) : (other.duration, duration)
            switch operation {
            case "+": return try bounded(left / .seconds(1) + right / .seconds(1)) { left + right }
            case "-": return try bounded(left / .seconds(1) - right / .seconds(1)) { left - right }
            case "/": return .number(left / right)
            case "<": return .boolean(left < right)
            case ">": return .boolean(left > right)
            case "<=": return .boolean(left <= right)
            case ">=": return .boolean(left >= right)
            case "==": return .boolean(left == right)
            case "!=": return .boolean(left != right)
            default: return nil
            }
        }
        guard isLeft, let number = other.number else { return nil }
        switch operation {
        case "/": return try bounded(seconds / number) { duration / number }
        case "*": return try bounded(seconds * number) { duration * number }
        default: return nil
        }
    }

    /// Returns the result of an operation if its `seconds` fit; `Duration` itself would trap.
    private func bounded(_ seconds: Double, _ result: () -> Duration) throws -> Value {
        guard seconds.magnitude < 1e18 else { throw CellError(.arithmetic, "This does not fit in a duration.") }
        return .object(DurationValue(duration: result()))
    }
}
