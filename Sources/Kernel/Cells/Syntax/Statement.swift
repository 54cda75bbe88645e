/// A statement of the cell language.
struct Statement: Sendable {
    var kind: Kind
    var place: Place

    indirect enum Kind: Sendable {
        case expression(Expression)
        case declaration([Binding], isConstant: Bool)
        case function(FunctionCode)
        case conditional(Conditional)
        case switching(Switching)
        case forLoop(ForLoop)
        case whileLoop(label: String?, [Condition], Block)
        case repeatLoop(label: String?, Block, Expression)
        case guardElse([Condition], Block)
        case block(label: String?, Block)
        case doCatch(Block, name: String, Block)
        case throwing(Expression)
        case returning(Expression?)
        /// `defer`: runs when the block is left.
        case deferred(Block)
        /// `struct` or `enum`.
        case type(TypeCode)
        case breaking(label: String?)
        case continuing(label: String?)
        /// `import`, which cells do not need.
        case ignored
    }
}

/// Statements in braces.
///
/// Only a block that declares something gets its own scope.
struct Block: Sendable {
    var statements: [Statement]
    var declares: Bool
    var defers: Bool

    init(_ statements: [Statement]) {
        self.statements = statements
        declares = statements.contains { statement in
            switch statement.kind {
            case .declaration, .function, .guardElse, .type: true
            default: false
            }
        }
        defers = statements.contains { if case .deferred = $0.kind { true } else { false } }
    }
}

/// A `pattern: Type = value` of a `let` or `var`.
struct Binding: Sendable {
    var pattern: Pattern
    var type: TypeAnnotation?
    var value: Expression?
    var place: Place
}

/// The pattern before `=`, after `for` or after `case`.
indirect enum Pattern: Sendable {
    case name(String)
    case wildcard
    case tuple([Pattern])
    case expression(Expression)
    /// `let x?`
    case optional(Pattern)
    /// `.loaded(let x)`, `.empty`
    case member(String, [(label: String?, pattern: Pattern)])
    /// `is Int`
    case type(TypeAnnotation)
    /// `let x as Int`
    case cast(Pattern, TypeAnnotation)
}

/// A condition of `if`, `while` or `guard`.
enum Condition: Sendable {
    case expression(Expression)
    case binding(name: String?, isConstant: Bool, Expression)
    /// `case pattern = value`
    case pattern(Pattern, Expression)
}

/// `if … else …`, as a statement or as an expression.
struct Conditional: Sendable {
    var conditions: [Condition]
    var body: Block
    var otherwise: Block?
}

/// `switch`, as a statement or as an expression.
struct Switching: Sendable {
    struct Case: Sendable {
        var patterns: [(pattern: Pattern, condition: Expression?)]
        var isDefault: Bool
        var body: Block
    }

    var label: String?
    var subject: Expression
    var cases: [Case]
}

/// A loop: `for pattern in sequence where condition { … }`.
struct ForLoop: Sendable {
    var label: String?
    var pattern: Pattern
    /// Whether elements that do not match the pattern are skipped: `for case let x? in list`.
    var isMatching = false
    var sequence: Expression
    var condition: Expression?
    var body: Block
}

/// A function's or closure's parameters and body.
final class FunctionCode: Sendable {
    struct Parameter: Sendable {
        var declaration: Cells.Parameter
        var defaultValue: Expression?
    }

    let name: String
    let signature: Signature
    let parameters: [Parameter]
    let result: TypeAnnotation?
    let body: Block
    /// Whether the body is a single expression, whose value is the result.
    let isExpression: Bool
    /// Whether it has `inout` parameters.
    var takesInOut: Bool { parameters.contains(where: \.declaration.isInOut) }
    /// Whether it is a closure without declared parameters, which accepts any number of arguments.
    let isShorthand: Bool
    let source: SourceText
    let place: Place

    init(
        name: String, signature: Signature, parameters: [Parameter], result: TypeAnnotation?, body: Block,
        isExpression: Bool, isShorthand: Bool, source: SourceText, place: Place
    ) {
        self.name = name
        self.signature = signature
        self.parameters = parameters
        self.result = result
        self.body = body
        self.isExpression = isExpression
        self.isShorthand = isShorthand
        self.source = source
        self.place = place
    }

    /// Returns the closure with the types that its context implies where it does not declare them: `$0` is a number in
    /// `let half: (Double) -> Double = { $0 / 2 }`.
    func taking(_ wanted: ValueType?) -> FunctionCode {
        guard let wanted, case .closure(let types, let result) = wanted.function else { return self }
        let typed = zip(parameters.indices, parameters).map { index, parameter in
            var parameter = parameter
            if case .any = parameter.declaration.type, types.indices.contains(index) {
                parameter.declaration.type = types[index]
            }
            return parameter
        }
        return FunctionCode(
            name: name,
            signature: Signature(name, typed.map(\.declaration), result: signature.result, summary: signature.summary),
            parameters: typed, result: self.result ?? TypeAnnotation(result), body: body, isExpression: isExpression,
            isShorthand: isShorthand, source: source, place: place)
    }
}
