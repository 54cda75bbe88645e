import SwiftSyntax

extension Lowering {
    /// Lowers a written type.
    func type(_ node: TypeSyntax) throws -> TypeAnnotation {
        if let tuple = node.as(TupleTypeSyntax.self), tuple.elements.isEmpty { return .void }
        if let name = node.as(IdentifierTypeSyntax.self), name.name.text == "Void" { return .void }
        return .value(try parameterType(node))
    }

    private func parameterType(_ node: TypeSyntax) throws -> ValueType {
        try StackGuard.check()
        if let optional = node.as(OptionalTypeSyntax.self) {
            return .optional(try parameterType(optional.wrappedType))
        }
        if let list = node.as(ArrayTypeSyntax.self) { return .list(try parameterType(list.element)) }
        if let dictionary = node.as(DictionaryTypeSyntax.self) {
            return .pairs(try parameterType(dictionary.key), try parameterType(dictionary.value))
        }
        if let function = node.as(FunctionTypeSyntax.self) {
            return .closure(
                try function.parameters.map { try parameterType($0.type) },
                try parameterType(function.returnClause.type))
        }
        if let tuple = node.as(TupleTypeSyntax.self) {
            if tuple.elements.isEmpty { return .any }
            let parts = try tuple.elements.map { try parameterType($0.type) }
            return parts.count == 1 ? parts[0] : .tuple(parts)
        }
        if let attributed = node.as(AttributedTypeSyntax.self) {
            return try parameterType(attributed.baseType)
        }
        guard let name = node.as(IdentifierTypeSyntax.self) else { return .any }
        return try named(name)
    }

    private func named(_ node: IdentifierTypeSyntax) throws -> ValueType {
        let arguments = try node.genericArgumentClause?.arguments.compactMap { item -> ValueType? in
            if case .type(let type) = item.argument { try parameterType(type) } else { nil }
        }
        switch node.name.text {
        case "Int": return .integer
        case "UInt", "Int8", "Int16", "Int32", "Int64", "Int128", "UInt8", "UInt16", "UInt32", "UInt64", "UInt128":
            throw source.error(
                .unsupported, "Cells have one type of whole numbers: write `Int` for `\(node.name.text)`.",
                at: Place(of: node))
        case "Double", "Float", "CGFloat", "Float32", "Float64": return .number
        case "String", "Character", "Substring": return .string
        case "Bool": return .boolean
        case "Array": return .list(arguments?.first ?? .any)
        case "Optional": return .optional(arguments?.first ?? .any)
        case "Dictionary":
            guard let arguments, arguments.count == 2 else { return .dictionary }
            return .pairs(arguments[0], arguments[1])
        case "Set": return .set(arguments?.first ?? .any)
        case "Any", "AnyObject", "AnyHashable", "Self", "Error": return .any
        case "Range", "ClosedRange": return arguments?.first?.prefersFraction == true ? .fractionRange : .range
        default: return arguments == nil ? .named(node.name.text) : .any
        }
    }
}
