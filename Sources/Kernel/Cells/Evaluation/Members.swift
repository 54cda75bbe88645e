/// The members of values.
enum Members {
    /// Returns the value of a member; a method that is not called is a function.
    static func value(of name: String, in receiver: Value, context: any CellContext) throws -> Value {
        if let value = try property(name, of: receiver, in: context) { return value }
        if let method = method(name, of: receiver), !method.isMutating {
            return .function(BoundMethod(owner: receiver, method: method))
        }
        throw unknown(name, in: receiver)
    }

    /// Returns what `value.name(…)` calls if `name` is not a built-in method.
    static func callee(_ name: String, in receiver: Value, context: any CellContext) throws -> Value {
        if let value = try property(name, of: receiver, in: context) {
            // An object of the host may have a method beside a property: `tensor.mean` and `tensor.mean(axis: 0)`.
            if value.callable == nil, let method = receiver.object?.method(name) { return method }
            return value
        }
        throw unknown(name, in: receiver)
    }

    /// Returns the built-in method of this name.
    static func method(_ name: String, of receiver: Value) -> Method<Value>? {
        if let method = table(of: receiver)?.methods[name] { return method }
        guard let method = ListMembers.table.methods[name], !method.isMutating,
            let elements = listed(receiver, besides: name)
        else { return nil }
        return Method(method.signature) { _, arguments, context in
            var list = Value.array(elements)
            return try method.body(&list, arguments, context)
        }
    }

    /// Returns the elements of an object of the host that can be iterated and has no member `name` itself: it also has
    /// the members of lists, as in `vit.layers.filter { … }`.
    private static func listed(_ receiver: Value, besides name: String) -> [Value]? {
        guard case .object(let object) = receiver, !object.members.contains(where: { $0.name == name }) else {
            return nil
        }
        return object.elements
    }

    /// Returns whether any built-in type has a mutating method of this name.
    static func isMutating(_ name: String) -> Bool { mutatingNames.contains(name) }

    /// Returns the declarations of a value's members.
    static func declarations(of value: Value) -> [MemberDeclaration] {
        switch value {
        case .object(let object): return object.members
        case .function(let function as any CellObject): return function.members
        case .tuple(let elements):
            return elements.enumerated().map { index, element in
                .property(element.label ?? "\(index)", element.value.type, "")
            }
        default: return table(of: value)?.declarations ?? []
        }
    }

    /// Changes a member in place: an element of a tuple, or a property of a value of a user-defined type.
    static func change<Result>(
        _ container: inout Value, _ name: String, in context: any CellContext, _ body: (inout Value) throws -> Result
    ) throws -> Result {
        if let value = container.object as? UserStruct {
            return try change(value, &container, name, in: context, body)
        }
        guard case .tuple(var elements) = container, let index = index(of: name, in: elements) else {
            guard try property(name, of: container, in: context) != nil else { throw unknown(name, in: container) }
            throw CellError(.constant, "`\(name)` of \(container.typeWords) cannot be set.")
        }
        let result = try body(&elements[index].value)
        container = .tuple(elements)
        return result
    }

    private static func change<Result>(
        _ value: UserStruct, _ container: inout Value, _ name: String, in context: any CellContext,
        _ body: (inout Value) throws -> Result
    ) throws -> Result {
        if let computed = value.type.code.computed.first(where: { $0.name == name }), let setter = computed.setter {
            var current = try value.member(name, in: context) ?? .nothing
            let result = try body(&current)
            let scope = value.scope(isChanging: true)
            _ = try Function(code: setter, scope: scope).call(with: [current], in: context)
            container = .object(value.taking(scope))
            return result
        }
        guard let index = value.index(of: name) else {
            guard try value.member(name, in: context) != nil else { throw unknown(name, in: container) }
            throw CellError(.constant, "`\(name)` of \(container.typeWords) cannot be set.")
        }
        if value.type.code.properties[index].isConstant {
            throw CellError(
                .constant, "`\(name)` is declared by `let` in `\(value.type.name)`. Declare it with `var` to change it."
            )
        }
        var copy = value
        let result = try body(&copy.fields[index])
        container = .object(copy)
        return result
    }

    private static func property(_ name: String, of receiver: Value, in context: any CellContext) throws -> Value? {
        switch receiver {
        case .object(let object as any UserValue): return try object.member(name, in: context)
        case .object(let object):
            if let value = try object.member(name) { return value }
            guard ListMembers.table.properties[name] != nil, let elements = listed(receiver, besides: name) else {
                return nil
            }
            return try ListMembers.table.property(name, of: .array(elements))
        case .function(let function as any CellObject): return try function.member(name)
        case .tuple(let elements): return index(of: name, in: elements).map { elements[$0].value }
        default: return try table(of: receiver)?.property(name, of: receiver)
        }
    }

    private static func index(of name: String, in elements: [TupleElement]) -> Int? {
        if let index = Int(name), elements.indices.contains(index) { return index }
        return elements.firstIndex { $0.label == name }
    }

    private static func table(of value: Value) -> MemberTable<Value>? {
        switch value {
        case .boolean: BooleanMembers.table
        case .integer: NumberMembers.whole
        case .number: NumberMembers.fraction
        case .string: StringMembers.table
        case .array: ListMembers.table
        case .dictionary: DictionaryMembers.table
        case .range: RangeMembers.table
        default: nil
        }
    }

    private static let mutatingNames: Set<String> = Set(
        [BooleanMembers.table, StringMembers.table, ListMembers.table, DictionaryMembers.table].flatMap {
            table in
            table.methods.values.filter(\.isMutating).map(\.signature.name)
        })

    private static func unknown(_ name: String, in receiver: Value) -> CellError {
        if receiver.isNothing {
            return CellError(.unknownMember, "This is nil: it has no `\(name)`. `?.` skips nil.")
        }
        if case .symbol(let symbol) = receiver {
            return CellError(.unknownMember, "`.\(symbol.name)` is a choice and has no members.")
        }
        if case .function(let function) = receiver, !(function is TypeName), !(function is UserType) {
            let called = function.signature.name
            return CellError(
                .unknownMember,
                called.isEmpty
                    ? "A function has no `\(name)`. Call it first, with `()`."
                    : "`\(called)` is a function and has no `\(name)`. Call it first: `\(called)().\(name)`.")
        }
        if Int(name) != nil, case .object(let object) = receiver, object.elements != nil {
            return CellError(
                .unknownMember,
                "\(sentence(receiver.typeWords)) takes a number in brackets: write `[\(name)]` for `.\(name)`.")
        }
        let names = declarations(of: receiver).map(\.name)
        let hint =
            ForeignNames.hint(member: name, of: receiver)
            ?? suggestion(of: name, among: names)
        let known =
            hint.isEmpty && !names.isEmpty && names.count <= 24
            ? " It has \(names.sorted().map { "`\($0)`" }.joined(separator: ", "))." : ""
        return CellError(.unknownMember, "\(sentence(receiver.typeWords)) has no `\(name)`.\(hint)\(known)")
    }
}
