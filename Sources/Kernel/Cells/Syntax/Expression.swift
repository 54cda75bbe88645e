/// An expression of the cell language, lowered from swift-syntax's tree.
///
/// The tree is lowered once, so that anything outside the subset is found before the cell runs, and loops do not walk
/// swift-syntax's nodes repeatedly.
struct Expression: Sendable {
    var kind: Kind
    var place: Place

    indirect enum Kind: Sendable {
        case literal(Value)
        /// A whole literal that is too large for a whole number, and the error for a context that requires one.
        case largeLiteral(Double, CellError)
        case interpolation([Piece])
        case array([Expression])
        case dictionary([DictionaryPair])
        case tuple([Labeled])
        case name(String)
        /// `.cosine`
        case symbol(String)
        /// An operator used as a function.
        case operatorFunction(String)
        case keyPath([String])
        case member(Expression, String, Place)
        case call(Expression, [Labeled])
        case subscripted(Expression, [Labeled])
        case prefix(String, Expression)
        case binary(String, Expression, Expression, Place)
        /// ` and `??`, whose|`&&`, `||` and `??`, whose right side is evaluated only if needed.
        case lazy(String, Expression, Expression, Place)
        case range(Expression?, Expression?, isClosed: Bool)
        case ternary(Expression, Expression, Expression)
        /// `target = value`, or `target += value` with the operator `+`.
        case assignment(Expression, operation: String?, Expression)
        case closure(FunctionCode)
        case optionalTry(Expression)
        /// `value!`
        case force(Expression)
        /// `value?` inside a ``chain(_:)``.
        case optionalChaining(Expression)
        /// The whole of `a?.b.c`, which is nil as soon as an ``optionalChaining(_:)`` in it is.
        case chain(Expression)
        case cast(Expression, TypeAnnotation, Cast)
        case conditional(Conditional)
        case switching(Switching)
        case wildcard
        /// `&value` before an argument.
        case inoutArgument(Expression)
    }

    enum Piece: Sendable {
        case text(String)
        case expression(Expression)
    }

    struct DictionaryPair: Sendable {
        var key: Expression
        var value: Expression
    }

    struct Labeled: Sendable {
        var label: String?
        /// The place of the label, or of the value if there is no label.
        var place: Place
        var value: Expression
        var isTrailingClosure = false
    }

    enum Cast: Sendable {
        case check
        case convert
        case convertOrNil
    }
}
