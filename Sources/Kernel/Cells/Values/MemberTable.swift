/// A member of a value: its declaration and its implementation.
package struct Member<Owner: Sendable>: Sendable {
    enum Content: Sendable {
        case property(
            get: @Sendable (Owner) throws -> Value?, set: (@Sendable (Owner, Value) throws -> Void)?)
        case method(Method<Owner>)
    }

    /// Its declaration, known without reading its value.
    package let declaration: MemberDeclaration
    let content: Content

    /// Returns a property.
    ///
    /// - Parameters:
    ///   - get: returns its value; nil if this particular value does not have the member.
    ///   - set: sets its value; nil if it cannot be set.
    package static func property(
        _ name: String, _ type: ValueType, _ summary: String,
        get: @escaping @Sendable (Owner) throws -> Value?,
        set: (@Sendable (Owner, Value) throws -> Void)? = nil
    ) -> Member {
        Member(declaration: .property(name, type, summary), content: .property(get: get, set: set))
    }

    /// Returns a method that does not use the context of the running cell.
    package static func method(
        _ signature: Signature, _ body: @escaping @Sendable (Owner, Arguments) throws -> Value
    ) -> Member {
        Member(Method(signature) { owner, arguments, _ in try body(owner, arguments) })
    }

    /// Returns a method that uses the context of the running cell, which has the host's own type.
    package static func method<Context: CellContext>(
        _ signature: Signature, _ body: @escaping @Sendable (Owner, Arguments, Context) throws -> Value
    ) -> Member {
        Member(
            Method(signature) { owner, arguments, context in
                try body(owner, arguments, context.asked(for: Context.self, by: signature))
            })
    }

    /// Returns a method of the language itself, which runs in any host.
    static func calling(
        _ signature: Signature, _ body: @escaping @Sendable (Owner, Arguments, any CellContext) throws -> Value
    ) -> Member {
        Member(Method(signature) { owner, arguments, context in try body(owner, arguments, context) })
    }

    /// Returns a mutating method.
    static func changing(
        _ signature: Signature, _ body: @escaping @Sendable (inout Owner, Arguments, any CellContext) throws -> Value
    ) -> Member {
        Member(Method(signature, isMutating: true, body: body))
    }

    private init(declaration: MemberDeclaration, content: Content) {
        self.declaration = declaration
        self.content = content
    }

    init(_ method: Method<Owner>) {
        self.init(declaration: .method(method.signature), content: .method(method))
    }

    /// Returns the member for another type of owner, from which this one is derived.
    package func of<Other>(_ owner: @escaping @Sendable (Other) throws -> Owner) -> Member<Other> {
        switch content {
        case .property(let get, let set):
            let getter: @Sendable (Other) throws -> Value? = { try get(owner($0)) }
            var setter: (@Sendable (Other, Value) throws -> Void)?
            if let set { setter = { try set(owner($0), $1) } }
            return Member<Other>(declaration: declaration, content: .property(get: getter, set: setter))
        case .method(let method):
            return .calling(method.signature) { other, arguments, context in
                var owner = try owner(other)
                return try method.body(&owner, arguments, context)
            }
        }
    }
}

/// A method of a value: `list.append(3)`.
struct Method<Owner: Sendable>: Sendable {
    let signature: Signature
    let isMutating: Bool
    let body: @Sendable (inout Owner, Arguments, any CellContext) throws -> Value

    init(
        _ signature: Signature, isMutating: Bool = false,
        body: @escaping @Sendable (inout Owner, Arguments, any CellContext) throws -> Value
    ) {
        self.signature = signature
        self.isMutating = isMutating
        self.body = body
    }
}

/// A method that is used as a function, as in `names.filter(known.contains)`.
struct BoundMethod<Owner: Sendable>: Callable {
    let owner: Owner
    let method: Method<Owner>
    var signature: Signature { method.signature }

    func call(_ arguments: Arguments, in context: any CellContext) throws -> Value {
        var owner = owner
        return try method.body(&owner, arguments, context)
    }
}

/// The members of a type of value, in the order in which they are listed.
///
/// A property and a method may have the same name, as `mean` and `mean(axis: 0)` do; the property is then the one that
/// is listed.
package struct MemberTable<Owner: Sendable>: Sendable, ExpressibleByArrayLiteral {
    /// The declarations of the members, known without reading their values.
    package let declarations: [MemberDeclaration]
    /// The members.
    package let members: [Member<Owner>]
    let properties: [String: Member<Owner>]
    let methods: [String: Method<Owner>]

    /// Creates a table; if several members have the same name and kind, the first counts.
    package init(_ members: [Member<Owner>]) {
        var properties: [String: Member<Owner>] = [:]
        var methods: [String: Method<Owner>] = [:]
        for member in members {
            let name = member.declaration.name
            if case .method(let method) = member.content {
                methods[name] = methods[name] ?? method
            } else {
                properties[name] = properties[name] ?? member
            }
        }
        self.members = members
        self.properties = properties
        self.methods = methods
        declarations = members.map(\.declaration).filter { $0.kind == .property || properties[$0.name] == nil }
    }

    /// Creates a table from a literal.
    package init(arrayLiteral members: Member<Owner>...) { self.init(members) }

    /// Returns the property of this name, or else the method bound to its owner; nil if there is neither.
    package func value(of name: String, in owner: Owner) throws -> Value? {
        try property(name, of: owner) ?? method(name, of: owner)
    }

    /// Returns the value of a property; nil if there is none of this name.
    func property(_ name: String, of owner: Owner) throws -> Value? {
        guard case .property(let get, _)? = properties[name]?.content else { return nil }
        return try get(owner)
    }

    /// Returns the method of this name, bound to its owner; nil if there is none, or if it is mutating.
    func method(_ name: String, of owner: Owner) -> Value? {
        guard let method = methods[name], !method.isMutating else { return nil }
        return .function(BoundMethod(owner: owner, method: method))
    }

    /// Sets a property. Returns false if there is none of this name, or if it cannot be set.
    func set(_ name: String, of owner: Owner, to value: Value) throws -> Bool {
        guard case .property(_, let set?)? = properties[name]?.content else { return false }
        try set(owner, value)
        return true
    }
}

/// A value whose members are listed in a table.
package protocol TabledObject: CellObject {
    /// The members of all values of this type.
    static var memberTable: MemberTable<Self> { get }

    /// The members of this value: a model has one for each of its layers in addition to those of all models.
    ///
    /// ``memberTable`` by default.
    var allMembers: MemberTable<Self> { get }
}

extension TabledObject {
    /// The members of all values of this type.
    package var allMembers: MemberTable<Self> { Self.memberTable }

    /// The declarations in the table.
    package var members: [MemberDeclaration] { allMembers.declarations }

    /// Returns the table's property of this name, or else its method.
    package func member(_ name: String) throws -> Value? {
        // Most are in the table of the type, which is created only once.
        try Self.memberTable.value(of: name, in: self) ?? allMembers.value(of: name, in: self)
    }

    /// Returns the table's method of this name.
    package func method(_ name: String) -> Value? {
        Self.memberTable.method(name, of: self) ?? allMembers.method(name, of: self)
    }

    /// Sets a property of the table. Returns false if it cannot be set.
    package func setMember(_ name: String, to value: Value) throws -> Bool {
        try allMembers.set(name, of: self, to: value)
    }
}
