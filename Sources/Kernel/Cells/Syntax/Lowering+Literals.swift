@_spi(Compiler) import SwiftParser
import SwiftSyntax

extension Lowering {
    func literal(_ node: ExprSyntax) throws -> Expression.Kind {
        if let node = node.as(IntegerLiteralExprSyntax.self) { return try integer(node.literal) }
        if let node = node.as(FloatLiteralExprSyntax.self) { return try number(node.literal) }
        if let node = node.as(BooleanLiteralExprSyntax.self) {
            return .literal(.boolean(node.literal.tokenKind == .keyword(.true)))
        }
        if let node = node.as(StringLiteralExprSyntax.self) { return try string(node) }
        return .literal(.nothing)
    }

    private func integer(_ token: TokenSyntax) throws -> Expression.Kind {
        let digits = token.text.filter { $0 != "_" }
        let radixes: [(prefix: String, radix: Int)] = [("0x", 16), ("0o", 8), ("0b", 2)]
        let written = radixes.first { digits.hasPrefix($0.prefix) }
        let value =
            written.map { Int(digits.dropFirst(2), radix: $0.radix) } ?? Int(digits)
        guard let value else {
            let fraction =
                written.map { radix in
                    digits.dropFirst(2).reduce(0.0) { $0 * Double(radix.radix) + Double($1.hexDigitValue ?? 0) }
                } ?? Double(digits) ?? .infinity
            return .largeLiteral(
                fraction,
                source.error(
                    .arithmetic,
                    "`\(token.text.prefix(40))` is too large for a whole number. Add `.0` for a number.",
                    at: Place(of: token)))
        }
        return .literal(.integer(value))
    }

    private func number(_ token: TokenSyntax) throws -> Expression.Kind {
        guard let value = Double(token.text.filter { $0 != "_" }), value.isFinite else {
            throw source.error(
                .arithmetic, "`\(token.text.prefix(40))` is too large for a number.", at: Place(of: token))
        }
        return .literal(.number(value))
    }

    private func string(_ node: StringLiteralExprSyntax) throws -> Expression.Kind {
        guard let kind = node.stringLiteralKind else { throw unsupported("this text", node) }
        var pieces: [Expression.Piece] = []
        var text = ""
        for segment in node.segments {
            switch segment {
            case .stringSegment(let part):
                part.appendUnescapedLiteralValue(
                    stringLiteralKind: kind, delimiterLength: node.delimiterLength, to: &text)
            case .expressionSegment(let part):
                guard part.expressions.count == 1, let inner = part.expressions.first, inner.label == nil
                else {
                    throw unsupported(
                        "formats in `\\( )`", part, instead: "`String(format: \"%.2f\", x)` formats a number."
                    )
                }
                pieces.append(.text(text))
                pieces.append(.expression(try expression(inner.expression)))
                text = ""
            }
        }
        if pieces.isEmpty { return .literal(.string(text)) }
        return .interpolation(pieces + [.text(text)])
    }
}
