import Synchronization

/// A user-defined function or closure, with the scope that it captures.
struct Function: Callable {
    let code: FunctionCode
    let scope: Scope

    var signature: Signature { code.signature }

    func call(_ arguments: Arguments, in context: any CellContext) throws -> Value {
        try run(arguments, in: context).result
    }

    /// Calls it with values in order, as `map` does.
    ///
    /// A tuple is spread over several parameters, as in `zip(a, b).map { $0 + $1 }`.
    func call(with values: [Value], in context: any CellContext) throws -> Value {
        try callKeepingFirst(with: values, in: context).result
    }

    /// Calls it and also returns the final value of its first parameter, for `reduce(into:)`.
    func callKeepingFirst(with values: [Value], in context: any CellContext) throws -> (
        result: Value, first: Value
    ) {
        var values = values
        if values.count == 1, code.parameters.count > 1, case .tuple(let elements) = values[0],
            elements.count == code.parameters.count
        {
            values = elements.map(\.value)
        }
        if code.isShorthand, values.count > code.parameters.count {
            values.removeLast(values.count - code.parameters.count)
        }
        let labeled = zip(values.indices, values).map { index, value in
            WrittenArgument(
                label: index < code.parameters.count ? code.parameters[index].declaration.label : nil, value)
        }
        return try run(Arguments(binding: labeled, to: signature, strictly: true), in: context)
    }

    /// Calls it and also returns the final values of its `inout` parameters by name.
    func callKeepingInOut(_ arguments: Arguments, in context: any CellContext) throws -> (
        result: Value, changed: [String: Value]
    ) {
        let (result, inner) = try runInScope(arguments, in: context)
        var changed: [String: Value] = [:]
        for parameter in code.parameters where parameter.declaration.isInOut {
            changed[parameter.declaration.name] = inner.lookup(parameter.declaration.name)?.value
        }
        return (result, changed)
    }

    private func run(_ arguments: Arguments, in context: any CellContext) throws -> (
        result: Value, first: Value
    ) {
        let (result, inner) = try runInScope(arguments, in: context)
        guard let first = code.parameters.first else { return (result, .nothing) }
        return (result, inner.lookup(first.declaration.name)?.value ?? .nothing)
    }

    private func runInScope(_ arguments: Arguments, in context: any CellContext) throws -> (
        result: Value, scope: Scope
    ) {
        try StackGuard.check()
        let wanted = code.result?.parameterType
        let evaluator = Evaluator(source: code.source, context: context, result: wanted)
        let inner = Scope(parent: scope)
        for parameter in code.parameters {
            let name = parameter.declaration.name
            var value = arguments[parameter.declaration] ?? .nothing
            if let defaultValue = parameter.defaultValue, !arguments.wasGiven(parameter.declaration) {
                value = try evaluator.evaluate(defaultValue, as: parameter.declaration.type, in: inner)
            }
            let isConstant = !name.hasPrefix("$") && !parameter.declaration.isInOut
            let type = parameter.declaration.isInOut ? parameter.declaration.type : nil
            inner.declare(name, Variable(value: value, isConstant: isConstant, type: type))
        }
        return (try converted(body(evaluator, inner), evaluator), inner)
    }

    private func body(_ evaluator: Evaluator, _ inner: Scope) throws -> Value {
        if code.isExpression {
            switch code.body.statements[0].kind {
            case .expression(let expression):
                return try evaluator.evaluate(expression, as: evaluator.result, in: inner)
            case .conditional, .switching:
                let (outcome, value) = try evaluator.valueOfBranch(
                    code.body.statements[0], as: evaluator.result, in: inner)
                if case .returned(let result) = outcome { return result }
                return value
            default: break
            }
        }
        if case .returned(let value) = try evaluator.run(code.body, in: inner, ownScope: false) {
            return value
        }
        return .void
    }

    /// The place of the returned expression if the body consists of that alone.
    private var returned: Place? {
        guard code.body.statements.count == 1 else { return nil }
        switch code.body.statements[0].kind {
        case .expression(let expression), .returning(let expression?): return expression.place
        default: return nil
        }
    }

    private func converted(_ value: Value, _ evaluator: Evaluator) throws -> Value {
        guard let type = code.result else { return value }
        if case .void = type { return .void }
        let wanted = type.parameterType
        if value.isVoid, case .any = wanted { return value }
        guard let result = wanted.converted(value, strictly: true) else {
            throw evaluator.source.error(
                .wrongType,
                "`\(code.name)` must return \(wanted.words), but it returned \(value.descriptiveWords)."
                    + Operators.conversion(of: returned.map(evaluator.source.slice) ?? "", value, to: wanted),
                at: returned ?? code.place)
        }
        return result
    }
}

/// A call of a function with `inout` parameters.
final class InOutCall: Callable {
    private let function: Function
    private let state = Mutex<(changed: [String: Value], given: [String?])>(([:], []))

    init(_ function: Function) { self.function = function }

    var signature: Signature { function.signature.strict }

    func call(_ arguments: Arguments, in context: any CellContext) throws -> Value {
        let (result, changed) = try function.callKeepingInOut(arguments, in: context)
        var given: [String?] = []
        for parameter in signature.parameters {
            guard let index = arguments.index(of: parameter) else { continue }
            while given.count <= index { given.append(nil) }
            given[index] = parameter.name
        }
        state.withLock { $0 = (changed, given) }
        return result
    }

    /// Returns the final values of the arguments in the order in which they were written; nil for those that are not
    /// `inout`.
    func values(of count: Int) -> [Value?] {
        state.withLock { state in
            (0..<count).map { index in
                state.given.indices.contains(index) ? state.given[index].flatMap { state.changed[$0] } : nil
            }
        }
    }
}

/// An operator used as a function: `reduce(0, +)`.
struct OperatorFunction: Callable {
    let name: String

    private static let left = Argument<Value>("left", label: nil)
    private static let right = Argument<Value>("right", label: nil)
    private static let rightOrNone = Argument<Value>("right", label: nil, default: .nothing)

    var signature: Signature { Signature(name, [Self.left, name == "!" ? Self.rightOrNone : Self.right]) }

    func call(_ arguments: Arguments, in context: any CellContext) throws -> Value {
        let left = arguments[Self.left]
        guard arguments.wasGiven(Self.right) else { return try Operators.prefix(name, left) }
        let right = arguments[Self.right]
        switch name {
        case "&&": return .boolean(left.boolean == true && right.boolean == true)
        case "||": return .boolean(left.boolean == true || right.boolean == true)
        default: return try Operators.binary(name, left, right)
        }
    }
}

/// A key path used as a function: `\.count`.
struct KeyPath: Callable {
    let names: [String]

    private static let value = Argument<Value>("value", label: nil)

    var signature: Signature { Signature("\\." + names.joined(separator: "."), [Self.value]) }

    func call(_ arguments: Arguments, in context: any CellContext) throws -> Value {
        try names.reduce(arguments[Self.value]) { value, name in
            try Members.value(of: name, in: value, context: context)
        }
    }
}

/// Calls any function with values in order.
func invoke(_ function: any Callable, _ values: Value..., in context: any CellContext) throws -> Value {
    if context.isCancelled { throw CellError(.interrupted, "Interrupted.") }
    if let function = function as? Function { return try function.call(with: values, in: context) }
    return try function.call(with: values, in: context)
}
