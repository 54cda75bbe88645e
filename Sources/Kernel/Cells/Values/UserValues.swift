/// A value of a user-defined type.
protocol UserValue: CellObject {
    var type: UserType { get }

    /// Returns the scope in which its methods run: its stored and computed properties, methods, and `self`.
    func scope(isChanging: Bool) -> Scope
}

extension UserValue {
    /// Returns the value of a stored or computed property, or a method.
    func member(_ name: String, in context: any CellContext) throws -> Value? {
        if let stored = try member(name) { return stored }
        if let computed = type.code.computed.first(where: { $0.name == name }) {
            return try Function(code: computed.getter, scope: scope(isChanging: false)).call(
                Arguments(binding: [], to: computed.getter.signature), in: context)
        }
        guard let method = type.code.methods.first(where: { $0.code.name == name }) else { return nil }
        return .function(Function(code: method.code, scope: scope(isChanging: false)))
    }

    fileprivate func addMembers(to scope: Scope) {
        for computed in type.code.computed {
            scope.declare(
                computed.name,
                Variable(value: .function(ComputedProperty(code: computed.getter, scope: scope)), isConstant: true))
        }
        for method in type.code.methods {
            scope.declare(
                method.code.name,
                Variable(value: .function(Function(code: method.code, scope: scope)), isConstant: true))
        }
    }

    fileprivate var methodDeclarations: [MemberDeclaration] {
        type.code.computed.map { .property($0.name, .any, "") }
            + type.code.methods.map { .method($0.code.signature) }
    }
}

/// A value of a user-defined `struct`.
struct UserStruct: UserValue, ChangingObject {
    let type: UserType
    var fields: [Value]

    var kind: ValueKind { .value(of: type.name) }
    var plainText: String {
        let parts = zip(type.code.properties, fields).map { "\($0.name): \($1.quotedText)" }
        return "\(type.name)(\(parts.joined(separator: ", ")))"
    }

    var members: [MemberDeclaration] {
        zip(type.code.properties, fields).map { .property($0.name, $1.type, "") } + methodDeclarations
    }

    func member(_ name: String) throws -> Value? { index(of: name).map { fields[$0] } }

    func isEqual(to other: any CellObject) -> Bool {
        guard let other = other as? UserStruct else { return false }
        return other.type === type && other.fields == fields
    }

    func index(of name: String) -> Int? { type.code.properties.firstIndex { $0.name == name } }

    func scope(isChanging: Bool) -> Scope {
        let scope = Scope(parent: type.scope, instance: self)
        for (property, value) in zip(type.code.properties, fields) {
            scope.declare(
                property.name,
                Variable(
                    value: value, isConstant: !isChanging || property.isConstant && !value.isNothing,
                    type: property.type))
        }
        addMembers(to: scope)
        return scope
    }

    /// Returns the value with the stored properties that a method has left in its scope.
    func taking(_ scope: Scope) -> UserStruct {
        var copy = self
        copy.fields = type.code.properties.map { scope.ownVariable($0.name)?.value ?? .nothing }
        return copy
    }

    func isChanging(_ name: String) -> Bool {
        type.code.methods.contains { $0.code.name == name && $0.isMutating }
    }

    func changingSignature(_ name: String) -> Signature? {
        type.code.methods.first { $0.code.name == name && $0.isMutating }?.code.signature.strict
    }

    func changed(by name: String, _ arguments: Arguments, in context: any CellContext) throws -> (
        value: Value, result: Value
    ) {
        guard let method = type.code.methods.first(where: { $0.code.name == name }) else {
            return (.object(self), .void)
        }
        let inner = scope(isChanging: true)
        let result = try Function(code: method.code, scope: inner).call(arguments, in: context)
        return (.object(taking(inner)), result)
    }
}

extension Value {
    /// The stored properties of a value of a user-defined `struct` by name; nil for anything else.
    package var storedProperties: [(name: String, value: Value)]? {
        guard case .object(let object) = self, let value = object as? UserStruct else { return nil }
        return zip(value.type.code.properties, value.fields).map { ($0.name, $1) }
    }
}

/// A value of a user-defined `enum`.
struct UserCase: UserValue {
    let type: UserType
    let name: String
    let raw: Value?
    let associated: [WrittenArgument]

    init(type: UserType, _ found: TypeCode.Case, _ associated: [WrittenArgument]) {
        self.type = type
        name = found.name
        raw = found.raw
        self.associated = associated
    }

    var kind: ValueKind { .value(of: type.name) }
    var plainText: String {
        guard !associated.isEmpty else { return name }
        let parts = associated.map { ($0.label.map { "\($0): " } ?? "") + $0.value.quotedText }
        return "\(name)(\(parts.joined(separator: ", ")))"
    }

    var members: [MemberDeclaration] {
        (raw.map { [.property("rawValue", $0.type, "")] } ?? []) + methodDeclarations
    }

    func member(_ name: String) throws -> Value? { name == "rawValue" ? raw : nil }

    func isEqual(to other: any CellObject) -> Bool {
        guard let other = other as? UserCase, other.type === type else { return false }
        return isLike(other.name, other.associated)
    }

    /// Returns whether it is this case with these associated values.
    func isLike(_ name: String, _ arguments: [WrittenArgument]) -> Bool {
        name == self.name && arguments.map(\.value) == associated.map(\.value)
    }

    /// Compares with an implicit member, which has no type itself: `kind == .red`.
    func binary(_ operation: String, _ other: Value, isLeft: Bool) throws -> Value? {
        guard case .symbol(let symbol) = other else { return nil }
        switch operation {
        case "==": return .boolean(isLike(symbol.name, symbol.arguments))
        case "!=": return .boolean(!isLike(symbol.name, symbol.arguments))
        default: return nil
        }
    }

    func scope(isChanging: Bool) -> Scope {
        let scope = Scope(parent: type.scope, instance: self)
        if let raw { scope.declare("rawValue", Variable(value: raw, isConstant: true)) }
        addMembers(to: scope)
        return scope
    }
}

/// A computed property as the methods next to it see it.
struct ComputedProperty: Callable {
    let code: FunctionCode
    let scope: Scope
    var signature: Signature { code.signature }

    func call(_ arguments: Arguments, in context: any CellContext) throws -> Value {
        try Function(code: code, scope: scope).call(arguments, in: context)
    }
}
