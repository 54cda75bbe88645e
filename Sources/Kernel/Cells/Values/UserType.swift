/// A user-defined `struct` or `enum`.
final class UserType: CellObject, Callable {
    /// Its declaration.
    let code: TypeCode
    /// The scope of its declaration, with `Self` and its static members.
    let scope: Scope

    init(_ code: TypeCode, scope: Scope) {
        self.code = code
        self.scope = Scope(parent: scope)
    }

    var name: String { code.name }
    var kind: ValueKind { .type(name) }
    var plainText: String { name }

    /// The signature of its initializer.
    var signature: Signature { initializer(for: []).signature }

    func call(_ arguments: Arguments, in context: any CellContext) throws -> Value {
        try initializer(for: []).call(arguments, in: context)
    }

    /// Returns the initializer that matches the labels of a call.
    func initializer(for labels: [String?]) -> any Callable {
        if code.isEnum { return RawInitializer(type: self) }
        let own = code.initializers.first { candidate in
            let names = candidate.parameters.map(\.declaration)
            return labels.allSatisfy { label in names.contains { $0.label == label } }
                && names.allSatisfy { $0.isOptional || labels.contains($0.label) }
        }
        return (own ?? code.initializers.first).map { OwnInitializer(type: self, code: $0) }
            ?? MemberwiseInitializer(type: self)
    }

    // MARK: - Members

    var members: [MemberDeclaration] {
        code.cases.map { .property($0.name, .named(name), "") } + statics.map { .property($0, .any, "") }
            + (code.isEnum ? [.property("allCases", .list(.any), "Every case.")] : [])
    }

    private var statics: [String] { scope.ownVariables.keys.filter { $0 != "Self" }.sorted() }

    func member(_ name: String) throws -> Value? {
        if name == "init" { return .function(self) }
        if let found = code.cases.first(where: { $0.name == name }) {
            if found.parameters.isEmpty { return .object(UserCase(type: self, found, [])) }
            return .function(CaseMaker(type: self, found))
        }
        if name == "allCases", code.isEnum {
            return .array(code.cases.filter(\.parameters.isEmpty).map { .object(UserCase(type: self, $0, [])) })
        }
        return scope.ownVariable(name)?.value
    }

    func setMember(_ name: String, to value: Value) throws -> Bool {
        guard scope.ownVariable(name)?.isConstant == false else { return false }
        scope.assign(name, value)
        return true
    }

    /// Returns the value of an implicit member, `.red` or `.mixed(1, 2)`; nil if the type has none of this name.
    func value(of symbol: Symbol, in context: any CellContext) throws -> Value? {
        guard let found = try member(symbol.name) else { return nil }
        guard !symbol.arguments.isEmpty, let callable = found.callable else { return found }
        return try callable.call(Arguments(binding: symbol.arguments, to: callable.signature), in: context)
    }
}

/// The declaration of a `struct` or `enum`.
final class TypeCode: Sendable {
    struct Property: Sendable {
        var name: String
        var type: ValueType
        var isConstant: Bool
        var initial: Expression?
    }

    struct Computed: Sendable {
        var name: String
        var getter: FunctionCode
        var setter: FunctionCode?
    }

    struct Method: Sendable {
        var code: FunctionCode
        var isMutating: Bool
    }

    struct Case: Sendable {
        var name: String
        var parameters: [Parameter]
        var raw: Value?
    }

    let name: String
    let isEnum: Bool
    let properties: [Property]
    let computed: [Computed]
    let methods: [Method]
    let initializers: [FunctionCode]
    let statics: [Statement]
    let cases: [Case]
    let source: SourceText

    init(
        name: String, isEnum: Bool, properties: [Property], computed: [Computed], methods: [Method],
        initializers: [FunctionCode], statics: [Statement], cases: [Case], source: SourceText
    ) {
        self.name = name
        self.isEnum = isEnum
        self.properties = properties
        self.computed = computed
        self.methods = methods
        self.initializers = initializers
        self.statics = statics
        self.cases = cases
        self.source = source
    }
}

/// The memberwise initializer of a type without its own `init`: `Point(x: 1, y: 2)`.
private struct MemberwiseInitializer: Callable {
    let type: UserType

    var signature: Signature {
        Signature(
            type.name,
            type.code.properties.filter { !($0.isConstant && $0.initial != nil) }.map(parameter(of:)),
            result: .named(type.name)
        ).strict
    }

    private func parameter(of property: TypeCode.Property) -> Parameter {
        var text: String? = property.initial.map { type.code.source.slice($0.place) }
        if text == nil, case .optional = property.type, !property.isConstant { text = "nil" }
        return Parameter(label: property.name, name: property.name, property.type, default: text)
    }

    func call(_ arguments: Arguments, in context: any CellContext) throws -> Value {
        let evaluator = Evaluator(source: type.code.source, context: context)
        let fields = try type.code.properties.map { property in
            let parameter = parameter(of: property)
            if arguments.wasGiven(parameter) { return arguments[parameter] ?? .nothing }
            return try property.initial.map { try evaluator.evaluate($0, as: property.type, in: type.scope) }
                ?? .nothing
        }
        return .object(UserStruct(type: type, fields: fields))
    }
}

/// A user-defined `init`.
private struct OwnInitializer: Callable {
    let type: UserType
    let code: FunctionCode
    var signature: Signature { code.signature.strict }

    func call(_ arguments: Arguments, in context: any CellContext) throws -> Value {
        let evaluator = Evaluator(source: type.code.source, context: context)
        let fields = try type.code.properties.map { property in
            try property.initial.map { try evaluator.evaluate($0, as: property.type, in: type.scope) } ?? .nothing
        }
        let empty = UserStruct(type: type, fields: fields)
        let inner = empty.scope(isChanging: true)
        let result = try Function(code: code, scope: inner).call(arguments, in: context)
        if result.isNothing { return .nothing }
        return .object(empty.taking(inner))
    }
}

/// `Kind(rawValue: "a")`.
private struct RawInitializer: Callable {
    private static let raw = Argument<Value>("rawValue")
    let type: UserType
    var signature: Signature {
        Signature(type.name, [Self.raw], result: .named(type.name), isPure: true)
    }

    func call(_ arguments: Arguments, in context: any CellContext) throws -> Value {
        let raw = arguments[Self.raw]
        let found = type.code.cases.first { $0.raw == raw }
        return found.map { .object(UserCase(type: type, $0, [])) } ?? .nothing
    }
}

/// `Kind.mixed(1, 2)`.
private struct CaseMaker: Callable {
    let type: UserType
    let found: TypeCode.Case

    init(type: UserType, _ found: TypeCode.Case) {
        self.type = type
        self.found = found
    }

    var signature: Signature {
        Signature(found.name, found.parameters, result: .named(type.name), isPure: true).strict
    }

    func call(_ arguments: Arguments, in context: any CellContext) throws -> Value {
        .object(
            UserCase(
                type: type, found,
                try found.parameters.map { parameter in
                    guard let value = arguments[parameter] else {
                        throw arguments.complaint(
                            about: parameter,
                            "`\(parameter.name)` of `\(found.name)` must be \(parameter.type.words).")
                    }
                    return WrittenArgument(label: parameter.label, value)
                }))
    }
}
