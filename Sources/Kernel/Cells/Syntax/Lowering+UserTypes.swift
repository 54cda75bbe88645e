import SwiftSyntax

extension Lowering {
    func lower(_ node: StructDeclSyntax) throws -> TypeCode {
        if let generics = node.genericParameterClause { throw unsupported("generics", generics) }
        return try type(identifier(node.name), isEnum: false, node.memberBlock, raw: nil)
    }

    func lower(_ node: EnumDeclSyntax) throws -> TypeCode {
        if let generics = node.genericParameterClause { throw unsupported("generics", generics) }
        let inherited = node.inheritanceClause?.inheritedTypes.map { $0.type.trimmedDescription } ?? []
        let raw = inherited.first { ["String", "Int", "Double"].contains($0) }
        return try type(identifier(node.name), isEnum: true, node.memberBlock, raw: raw)
    }

    private func type(_ name: String, isEnum: Bool, _ block: MemberBlockSyntax, raw: String?) throws -> TypeCode {
        var parts = Parts()
        for member in block.members {
            let declaration = member.decl
            if let variable = declaration.as(VariableDeclSyntax.self) {
                try add(variable, to: &parts, isEnum: isEnum)
            } else if let function = declaration.as(FunctionDeclSyntax.self) {
                let code = try lower(function)
                let words = function.modifiers.map(\.name.text)
                if words.contains("static") {
                    parts.statics.append(Statement(kind: .function(code), place: Place(of: function)))
                } else {
                    parts.methods.append(TypeCode.Method(code: code, isMutating: words.contains("mutating")))
                }
            } else if let initializer = declaration.as(InitializerDeclSyntax.self) {
                parts.initializers.append(try lower(initializer, of: name))
            } else if let cases = declaration.as(EnumCaseDeclSyntax.self) {
                for element in cases.elements { parts.cases.append(try lower(element, raw, after: parts.cases.last)) }
            } else {
                throw unsupported(
                    "`\(declaration.firstToken(viewMode: .sourceAccurate)?.text ?? "this")` in a `\(isEnum ? "enum" : "struct")`",
                    declaration)
            }
        }
        return TypeCode(
            name: name, isEnum: isEnum, properties: parts.properties, computed: parts.computed,
            methods: parts.methods, initializers: parts.initializers, statics: parts.statics, cases: parts.cases,
            source: source)
    }

    private struct Parts {
        var properties: [TypeCode.Property] = []
        var computed: [TypeCode.Computed] = []
        var methods: [TypeCode.Method] = []
        var initializers: [FunctionCode] = []
        var statics: [Statement] = []
        var cases: [TypeCode.Case] = []
    }

    private func add(_ node: VariableDeclSyntax, to parts: inout Parts, isEnum: Bool) throws {
        let isConstant = node.bindingSpecifier.tokenKind == .keyword(.let)
        if node.modifiers.contains(where: { $0.name.text == "static" }) {
            parts.statics.append(
                Statement(
                    kind: .declaration(try node.bindings.map(binding), isConstant: isConstant), place: Place(of: node)))
            return
        }
        for written in node.bindings {
            guard let name = written.pattern.as(IdentifierPatternSyntax.self).map({ identifier($0.identifier) }) else {
                throw unsupported("this pattern in a `struct`", written)
            }
            if let accessors = written.accessorBlock {
                parts.computed.append(try computed(name, written, accessors))
                continue
            }
            if isEnum {
                throw unsupported("stored properties in an `enum`", written, instead: "A case can hold values.")
            }
            let initial = try written.initializer.map { try expression($0.value) }
            let annotation = try written.typeAnnotation.map { try type($0.type).parameterType }
            parts.properties.append(
                TypeCode.Property(
                    name: name, type: annotation ?? Self.type(of: initial), isConstant: isConstant, initial: initial))
        }
    }

    /// Returns the type of a property according to its initial value.
    private static func type(of initial: Expression?) -> ValueType {
        if let written = initial?.writtenType { return written }
        guard case .literal(let value) = initial?.kind else { return .any }
        return switch value {
        case .integer: .integer
        case .number: .number
        case .string: .string
        case .boolean: .boolean
        default: .any
        }
    }

    private func computed(_ name: String, _ node: PatternBindingSyntax, _ block: AccessorBlockSyntax) throws
        -> TypeCode.Computed
    {
        let type = try node.typeAnnotation.map { try self.type($0.type) }
        func code(
            _ statements: CodeBlockItemListSyntax, _ parameters: [FunctionCode.Parameter], _ result: TypeAnnotation?
        ) throws -> FunctionCode {
            function(
                name: name, parameters: parameters, result: result, gives: .void,
                body: Block(try self.statements(statements)), isShorthand: false, documentation: "",
                place: Place(of: node))
        }
        switch block.accessors {
        case .getter(let statements):
            return TypeCode.Computed(name: name, getter: try code(statements, [], type), setter: nil)
        case .accessors(let list):
            var getter: FunctionCode?
            var setter: FunctionCode?
            for accessor in list {
                guard let body = accessor.body else { continue }
                switch accessor.accessorSpecifier.text {
                case "get": getter = try code(body.statements, [], type)
                case "set":
                    let value = Parameter(
                        label: nil, name: accessor.parameters?.name.text ?? "newValue", type?.parameterType ?? .any)
                    setter = try code(
                        body.statements, [FunctionCode.Parameter(declaration: value, defaultValue: nil)], .void)
                default: throw unsupported("`\(accessor.accessorSpecifier.text)`", accessor)
                }
            }
            guard let getter else { throw unsupported("a property without `get`", node) }
            return TypeCode.Computed(name: name, getter: getter, setter: setter)
        }
    }

    private func lower(_ node: InitializerDeclSyntax, of name: String) throws -> FunctionCode {
        guard let body = node.body else { throw unsupported("`init` without a body", node) }
        let result: TypeAnnotation = node.optionalMark == nil ? .void : TypeAnnotation(.any)
        return function(
            name: name, parameters: try node.signature.parameterClause.parameters.map(parameter), result: result,
            gives: .named(name), body: try block(body), isShorthand: false, documentation: "",
            place: Place(of: node))
    }

    private func lower(_ node: EnumCaseElementSyntax, _ raw: String?, after last: TypeCode.Case?) throws
        -> TypeCode.Case
    {
        let name = identifier(node.name)
        let parameters = try (node.parameterClause?.parameters ?? []).enumerated().map { index, parameter in
            let label = parameter.firstName.map(identifier)
            return Parameter(
                label: label == "_" ? nil : label, name: label ?? "\(index)", try type(parameter.type).parameterType,
                default: parameter.defaultValue?.value.trimmedDescription)
        }
        return TypeCode.Case(name: name, parameters: parameters, raw: try rawValue(of: node, name, raw, after: last))
    }

    private func rawValue(of node: EnumCaseElementSyntax, _ name: String, _ raw: String?, after last: TypeCode.Case?)
        throws -> Value?
    {
        guard let raw else { return nil }
        if let written = node.rawValue?.value {
            let value = try expression(written)
            switch value.kind {
            case .literal(.integer(let whole)): return raw == "Double" ? .number(Double(whole)) : .integer(whole)
            case .literal(let value): return value
            default: throw unsupported("raw values that are not literals", written)
            }
        }
        switch raw {
        case "String": return .string(name)
        case "Int":
            let (value, overflow) = (last?.raw?.integer ?? -1).addingReportingOverflow(1)
            guard !overflow else {
                throw source.error(
                    .arithmetic, "The raw value after \(Int.max) does not fit in a whole number.", at: Place(of: node))
            }
            return .integer(value)
        default: return .number((last?.raw?.number ?? -1) + 1)
        }
    }

    // MARK: - Imports

    /// Throws for a module that cells do not have, since the cell would rely on it.
    func checkImport(_ node: ImportDeclSyntax) throws {
        let name = node.path.first?.name.text ?? ""
        guard !Self.quietModules.contains(name) else { return }
        let hint =
            switch name {
            case "torch", "torchvision", "timm", "transformers", "tensorflow", "keras", "jax":
                "Models are loaded with `load(\"vit_b_16\")`; `models()` lists them."
            case "numpy", "np", "scipy", "pandas":
                "Lists and `sqrt`, `exp` … are built in; `tensor(\"x.npy\")` reads NumPy's files."
            case "matplotlib", "PIL", "cv2", "plt":
                "Pictures show themselves; `image(\"photo.jpg\")` reads one, `plot([1, 2])` draws lines."
            case "os", "sys", "pathlib", "time", "random", "math":
                "What cells have of it needs no import: `help()` lists it."
            default: "`help()` lists what cells have; nothing needs to be imported."
            }
        throw source.error(.unsupported, "There is no module `\(name)` in cells. \(hint)", at: Place(of: node.path))
    }

    /// The modules whose import has no effect, because what cells support of them is always available.
    private static let quietModules: Set<String> = [
        "Foundation", "FoundationEssentials", "Swift", "Glibc", "Musl", "Darwin", "Vitrine", "Engine", "Accelerate",
        "CoreGraphics",
    ]
}
