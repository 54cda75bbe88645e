/// A type as it is written in a cell.
///
/// It is checked as far as values have types.
indirect enum TypeAnnotation: Sendable {
    case void
    case value(ValueType)

    init(_ type: ValueType) { self = .value(type) }

    /// The type that a call with this result returns.
    var type: ValueType {
        switch self {
        case .void: .void
        case .value(let type): type
        }
    }

    /// The type as that of a parameter.
    var parameterType: ValueType {
        switch self {
        case .void: .any
        case .value(let type): type
        }
    }
}

extension ValueType {
    /// The closure type, also if it is optional; nil for any other type.
    var function: ValueType? {
        switch self {
        case .closure: self
        case .optional(let type): type.function
        default: nil
        }
    }
}

extension Expression {
    /// The type that the expression declares itself, as `3 as Double` and `[Double]()` do.
    var writtenType: ValueType? {
        if case .cast(_, let type, .convert) = kind { type.parameterType } else { nil }
    }

    /// Whether it is a name, a literal or an operator: the expected type changes only its literals.
    var isArithmetic: Bool {
        switch kind {
        case .name, .literal, .binary, .member, .subscripted, .prefix: true
        default: false
        }
    }

    /// Whether it contains a literal with a fraction, also in the body of a closure.
    var mentionsFraction: Bool {
        switch kind {
        case .literal(.number): true
        case .binary(_, let left, let right, _), .lazy(_, let left, let right, _):
            left.mentionsFraction || right.mentionsFraction
        case .prefix(_, let operand): operand.mentionsFraction
        case .ternary(_, let yes, let no): yes.mentionsFraction || no.mentionsFraction
        case .closure(let code): code.mentionsFraction
        default: false
        }
    }
}

extension FunctionCode {
    /// Whether its body is a single expression that contains a literal with a fraction.
    var mentionsFraction: Bool {
        guard body.statements.count == 1 else { return false }
        switch body.statements[0].kind {
        case .expression(let expression), .returning(let expression?): return expression.mentionsFraction
        default: return false
        }
    }
}
