/// A range of numbers with a fraction: `0.0..<1.0`, `0.5...2`.
struct FractionRange: TabledObject, ArgumentValue {
    let lower: Double
    let upper: Double
    let isClosed: Bool

    init(_ ends: [Value], isClosed: Bool) throws {
        guard let lower = ends[0].number, let upper = ends[1].number, ends.allSatisfy({ $0.integer == nil }) else {
            let whole = ends[0].integer == nil ? ends[1] : ends[0]
            throw CellError(
                .wrongType,
                "Both ends of a range must have the same type, but one of these is \(whole.descriptiveWords)."
                    + Operators.conversion(of: ""))
        }
        guard lower <= upper else {
            throw CellError(.outOfRange, "A range must go up, but this goes from \(lower) to \(upper).")
        }
        self.lower = lower
        self.upper = upper
        self.isClosed = isClosed
    }

    var kind: ValueKind { .fractionRange }
    var plainText: String { "\(lower)\(isClosed ? "..." : "..<")\(upper)" }

    static var argumentType: ValueType { .fractionRange }

    private static let element = Argument<Double>("element", label: nil)

    static let memberTable: MemberTable<FractionRange> = [
        .property("lowerBound", .number, "The first number.") { .number($0.lower) },
        .property("upperBound", .number, "The last number, or the one after.") { .number($0.upper) },
        .method(
            Signature(
                "contains", [element], result: .boolean, summary: "Whether a number is in it.", isPure: true
            ).strict
        ) { range, arguments in .boolean(range.contains(arguments[element])) },
    ]

    func contains(_ number: Double) -> Bool { lower <= number && (isClosed ? number <= upper : number < upper) }

    /// Returns a random number in the range.
    func random() throws -> Double {
        guard isClosed || lower < upper else { throw CellError(.outOfRange, "The range is empty.") }
        // Swift's own generator traps if the length is infinite.
        guard (upper - lower).isFinite else {
            throw CellError(.outOfRange, "A random number needs a range of finite length, but this is \(plainText).")
        }
        return isClosed ? .random(in: lower...upper) : .random(in: lower..<upper)
    }
}

extension ValueType {
    /// A range of numbers with a fraction.
    static let fractionRange = ValueType.object(.fractionRange)

    /// Whether a range of literals becomes one of numbers with a fraction for this type.
    var isFractionRange: Bool {
        switch self {
        case .object(.fractionRange): true
        case .optional(let type): type.isFractionRange
        default: false
        }
    }
}
