import SwiftSyntax

/// The call or subscript around a token, and which of its parameters the token belongs to.
struct CallSite {
    /// The callee.
    let callee: ExprSyntax
    /// Whether it is a subscript.
    let isSubscript: Bool
    /// The arguments as they are written so far.
    let arguments: [LabeledExprSyntax]
    /// The argument that holds the token.
    let current: LabeledExprSyntax?

    /// Finds the innermost call or subscript around `token` whose parentheses are still open there.
    ///
    /// Returns nil if there is none, or if a closure lies between.
    init?(around token: TokenSyntax) {
        var node: Syntax? = token.parent
        var current: LabeledExprSyntax?
        while let next = node {
            if let argument = next.as(LabeledExprSyntax.self), argument.trailingComma != token {
                current = argument
            }
            if next.is(ClosureExprSyntax.self) || next.is(CodeBlockSyntax.self) { return nil }
            if let call = next.as(FunctionCallExprSyntax.self), let open = call.leftParen,
                Self.holds(open, token, call.rightParen)
            {
                self.init(call.calledExpression, false, call.arguments, current)
                return
            }
            if let call = next.as(SubscriptCallExprSyntax.self),
                Self.holds(call.leftSquare, token, call.rightSquare)
            {
                self.init(call.calledExpression, true, call.arguments, current)
                return
            }
            if !next.is(LabeledExprSyntax.self), !next.is(LabeledExprListSyntax.self),
                next.is(TupleExprSyntax.self)
            {
                current = nil
            }
            node = next.parent
        }
        return nil
    }

    private init(
        _ callee: ExprSyntax, _ isSubscript: Bool, _ arguments: LabeledExprListSyntax,
        _ current: LabeledExprSyntax?
    ) {
        self.callee = callee
        self.isSubscript = isSubscript
        self.arguments = Array(arguments)
        self.current = current.flatMap { argument in
            arguments.contains { $0.id == argument.id } ? argument : nil
        }
    }

    private static func holds(_ open: TokenSyntax, _ token: TokenSyntax, _ close: TokenSyntax?) -> Bool {
        guard open.position <= token.position else { return false }
        guard let close, close.presence == .present else { return true }
        return token.position < close.position
    }

    /// Returns the parameter that the current argument belongs to; nil if that is not known.
    func parameter(of signature: Signature) -> Parameter? {
        guard let current else { return nil }
        if let label = current.label?.text { return signature.parameters.first { $0.label == label } }
        let unlabeled = signature.parameters.filter { $0.label == nil }
        let index = arguments.prefix { $0.id != current.id }.count { $0.label == nil }
        return index < unlabeled.count ? unlabeled[index] : unlabeled.last { $0.isVariadic }
    }

    /// Returns the labeled parameters whose labels are not written yet.
    func openParameters(of signature: Signature) -> [Parameter] {
        let used = Set(arguments.compactMap { $0.id == current?.id ? nil : $0.label?.text })
        return signature.parameters.filter { $0.label.map { !used.contains($0) } ?? false }
    }
}
