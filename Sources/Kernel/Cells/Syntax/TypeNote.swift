/// A type as it is written in a cell.
///
/// It is checked as far as values have types.
indirect enum TypeNote: Sendable {
    case void
    case value(ValueType)

    init(_ type: ValueType) { self = .value(type) }

    /// What a call with this result gives.
    var type: ValueType {
        switch self {
        case .void: .void
        case .value(let type): type
        }
    }

    /// The type as a parameter's.
    var parameterType: ValueType {
        switch self {
        case .void: .any
        case .value(let type): type
        }
    }
}

extension ValueType {
    /// The closure that is taken here, if one is.
    var function: ValueType? {
        switch self {
        case .closure: self
        case .optional(let type): type.function
        default: nil
        }
    }
}

extension Expression {
    /// The type that an expression writes down itself, as `3 as Double` and `[Double]()` do.
    var writtenType: ValueType? {
        if case .cast(_, let type, .convert) = kind { type.parameterType } else { nil }
    }

    /// Whether it is a name, a literal or an operator, whose value no wanted type changes but by its literals.
    var isArithmetic: Bool {
        switch kind {
        case .name, .literal, .binary, .member, .subscripted, .prefix: true
        default: false
        }
    }

    /// Whether a fraction is written in it, also in the body of a closure.
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
    /// Whether the only expression of its body has a fraction in it.
    var mentionsFraction: Bool {
        guard body.statements.count == 1 else { return false }
        switch body.statements[0].kind {
        case .expression(let expression), .returning(let expression?): return expression.mentionsFraction
        default: return false
        }
    }
}
