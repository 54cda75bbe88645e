/// The result of an expression whose literals do not have a type yet.
///
/// Swift infers the type of a literal from its context: `1 / 2` is 0.5 where a `Double` is expected, and 0 where a
/// whole number or no particular type is.
enum Draft {
    /// A value of a known type.
    case fixed(Value)
    /// Arithmetic on whole literals alone.
    case literal(LiteralNumber)
    /// A list that holds only literals, or lists of them.
    case list([Draft])
    /// A tuple with a literal in it.
    case tuple([(label: String?, part: Draft)])

    /// The kinds of numbers of known type in it.
    var numbers: KnownNumbers {
        switch self {
        case .fixed(let value): KnownNumbers(in: value)
        case .literal: []
        case .list(let parts): parts.reduce(into: []) { $0.formUnion($1.numbers) }
        case .tuple: []
        }
    }

    /// Whether it is an implicit member, `.cosine`.
    var isSymbol: Bool { if case .fixed(.symbol) = self { true } else { false } }

    /// Whether it is an object of the host.
    var isObject: Bool { if case .fixed(.object) = self { true } else { false } }

    /// Whether its type is still open.
    var isOpen: Bool { if case .fixed = self { false } else { true } }
}

/// The kinds of numbers that a value holds.
struct KnownNumbers: OptionSet {
    let rawValue: Int
    static let whole = KnownNumbers(rawValue: 1)
    static let fraction = KnownNumbers(rawValue: 2)

    init(rawValue: Int) { self.rawValue = rawValue }

    /// Creates the kinds of numbers in a value; for a list, those of its first element.
    init(in value: Value) {
        switch value {
        case .integer: self = .whole
        case .number: self = .fraction
        case .array(let elements): self = elements.first.map { KnownNumbers(in: $0) } ?? []
        default: self = []
        }
    }
}

/// The result of arithmetic on whole literals, both as a whole number and as a `Double`.
struct LiteralNumber {
    private var known: Int
    /// Its value as a `Double`.
    var fraction: Double
    private var problem: Problem?

    /// The reason why there is no whole number.
    private final class Problem: Sendable {
        let error: CellError
        init(_ error: CellError) { self.error = error }
    }

    init(_ whole: Int) {
        known = whole
        fraction = Double(whole)
    }

    /// Creates the value of a literal that is too large for a whole number.
    init(tooLarge fraction: Double, _ error: CellError) {
        known = 0
        self.fraction = fraction
        problem = Problem(error)
    }

    /// Its value as a whole number.
    var whole: Int {
        get throws {
            if let problem { throw problem.error }
            return known
        }
    }

    /// The whole number if it is exact; otherwise the fraction.
    var exact: Value { problem == nil && Double(known) == fraction ? .integer(known) : .number(fraction) }

    /// The value for callables that take any type: the whole number, with the fraction kept separately.
    var value: Value { get throws { .integer(try whole) } }

    /// Returns the negative value.
    func negated() -> LiteralNumber {
        var result = self
        result.fraction = -fraction
        if problem == nil {
            let (value, overflow) = known.multipliedReportingOverflow(by: -1)
            result.known = value
            if overflow {
                result.problem = Problem(CellError(.arithmetic, "-(\(known)) does not fit in a whole number."))
            }
        }
        return result
    }

    /// Returns the result of `+`, `-`, `*` or `/`; nil for any other operator, which only whole numbers have.
    static func combined(
        _ operation: String, _ left: LiteralNumber, _ right: LiteralNumber, at location: CellError.Location
    ) -> LiteralNumber? {
        let fraction: Double
        switch operation {
        case "+": fraction = left.fraction + right.fraction
        case "-": fraction = left.fraction - right.fraction
        case "*": fraction = left.fraction * right.fraction
        case "/": fraction = left.fraction / right.fraction
        default: return nil
        }
        var result = LiteralNumber(0)
        result.fraction = fraction
        do {
            let value = try Operators.binary(operation, left.value, right.value)
            result.known = value.integer ?? 0
        } catch var error as CellError {
            if error.location == nil { error.location = location }
            result.problem = Problem(error)
        } catch {
            result.problem = Problem(CellError(.arithmetic, "\(error)", location: location))
        }
        return result
    }
}

extension ValueType {
    /// Whether a literal of this type is a `Double`.
    var prefersFraction: Bool {
        switch self {
        case .number: true
        case .optional(let type): type.prefersFraction
        case .oneOf(let types):
            types.contains(where: \.prefersFraction)
                && !types.contains { if case .integer = $0 { true } else { false } }
        default: false
        }
    }

    /// The type of the elements of a list or set, or of the values of a dictionary.
    var element: ValueType? {
        switch self {
        case .list(let element), .pairs(_, let element), .set(let element): element
        case .optional(let type): type.element
        case .oneOf(let types): types.lazy.compactMap(\.element).first
        default: nil
        }
    }

    /// The type of the keys of a dictionary.
    var key: ValueType? {
        switch self {
        case .pairs(let key, _): key
        case .optional(let type): type.key
        default: nil
        }
    }

    /// The name of a user-defined type.
    var typeName: String? {
        switch self {
        case .named(let name): name
        case .optional(let type): type.typeName
        default: nil
        }
    }

    /// The types of a tuple's parts.
    var parts: [ValueType] {
        switch self {
        case .tuple(let parts): parts
        case .optional(let type): type.parts
        default: []
        }
    }

    /// Creates the type of the numbers in a value; nil if it holds none.
    ///
    /// Looks only at the first element of a list or dictionary.
    init?(likeNumbersIn value: Value) {
        switch value {
        case .integer: self = .integer
        case .number: self = .number
        case .array(let elements):
            guard let element = elements.first.flatMap({ ValueType(likeNumbersIn: $0) }) else { return nil }
            self = .list(element)
        case .dictionary(let dictionary):
            guard let element = dictionary.values.first.flatMap({ ValueType(likeNumbersIn: $0) }) else {
                return nil
            }
            self = .pairs(dictionary.keys.first.flatMap { ValueType(likeNumbersIn: $0) } ?? .any, element)
        case .object(let value as any UserValue): self = .named(value.type.name)
        case .tuple(let elements):
            self = .tuple(elements.map { ValueType(likeNumbersIn: $0.value) ?? .any })
        default: return nil
        }
    }
}
