import SwiftOperators
import SwiftSyntax

/// Evaluates expressions of an unfinished cell without changing or showing anything: reads variables, members and
/// elements, and calls only functions that are declared as pure.
struct PureValues {
    let source: SourceText
    private let scope: Scope
    private let context = QuietContext()

    /// Creates an evaluator for the names of a cell and a scope.
    ///
    /// - Parameter tree: the cell; the values of its own `let x = …` are known too if their right sides are pure.
    init(tree: SyntaxTree, scope: Scope) {
        source = tree.source
        self.scope = Scope(parent: scope)
        for item in tree.root.statements.prefix(200) {
            guard case .decl(let node) = item.item, let declaration = node.as(VariableDeclSyntax.self) else {
                continue
            }
            for binding in declaration.bindings {
                guard let name = binding.pattern.as(IdentifierPatternSyntax.self)?.identifier.text,
                    let initializer = binding.initializer, let value = value(of: initializer.value)
                else { continue }
                self.scope.declare(name, Variable(value: value, isConstant: true))
            }
        }
    }

    /// Returns the value of a name.
    func value(ofName name: String) -> Value? { scope.lookup(name)?.value }

    /// Returns the value of an expression; nil if it cannot be known without side effects.
    func value(of node: ExprSyntax) -> Value? {
        guard !node.hasError, let lowered = lowered(node), isPure(lowered) else { return nil }
        return try? Evaluator(source: source, context: context).evaluate(lowered, in: scope)
    }

    /// Returns the signature of the function that an expression names; nil if that is not known.
    func signature(ofCallee node: ExprSyntax) -> Signature? {
        if let member = node.as(MemberAccessExprSyntax.self) {
            guard let base = member.base, let receiver = value(of: base) else { return nil }
            let name = member.declName.baseName.text
            let declared = Members.declarations(of: receiver).first { $0.name == name && $0.signature != nil }
            return declared?.signature
                ?? (try? Members.value(of: name, in: receiver, context: context))?.callable?.signature
        }
        return value(of: node)?.callable?.signature
    }

    private func lowered(_ node: ExprSyntax) -> Expression? {
        let folded = OperatorTable.standardOperators.foldAll(node) { _ in }
        return folded.as(ExprSyntax.self).flatMap { try? Lowering(source: source).expression($0) }
    }

    private func isPure(_ expression: Expression) -> Bool {
        switch expression.kind {
        case .literal, .largeLiteral, .name, .symbol, .operatorFunction, .keyPath: true
        case .array(let elements): elements.allSatisfy(isPure)
        case .tuple(let elements): elements.allSatisfy { isPure($0.value) }
        case .dictionary(let pairs): pairs.allSatisfy { isPure($0.key) && isPure($0.value) }
        case .member(let base, _, _), .prefix(_, let base), .force(let base), .optionalChaining(let base),
            .chain(let base):
            isPure(base)
        case .subscripted(let base, let arguments): isPure(base) && arguments.allSatisfy { isPure($0.value) }
        case .binary(_, let left, let right, _), .lazy(_, let left, let right, _):
            isPure(left) && isPure(right)
        case .range(let lower, let upper, _): [lower, upper].compactMap { $0 }.allSatisfy(isPure)
        case .call(let callee, let arguments):
            arguments.allSatisfy { isPure($0.value) } && isPureFunction(callee)
        default: false
        }
    }

    private func isPureFunction(_ callee: Expression) -> Bool {
        guard isPure(callee) else { return false }
        let evaluator = Evaluator(source: source, context: context)
        if case .member(let base, let name, _) = callee.kind {
            guard let receiver = try? evaluator.evaluate(base, in: scope) else { return false }
            if let method = Members.method(name, of: receiver) { return method.signature.isPure }
            return (try? Members.value(of: name, in: receiver, context: context))?.function?.signature.isPure
                == true
        }
        return (try? evaluator.evaluate(callee, in: scope))?.function?.signature.isPure == true
    }
}

/// The context of code that runs without being shown.
final class QuietContext: CellContext {
    let isCancelled = false
    func write(_ text: String, toStandardError: Bool) {}
}
