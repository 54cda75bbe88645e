import Synchronization

/// Names and their values, with the enclosing scope.
///
/// Closures capture the scope in which they were created. A scope may be read from another thread, for completion,
/// while a cell runs.
final class Scope: Sendable {
    private let parent: Scope?
    private let storage: Mutex<VariableTable>
    /// The value whose stored properties this scope holds while one of its methods runs.
    private let instance: (any UserValue)?

    init(parent: Scope? = nil, values: [String: Value] = [:], instance: (any UserValue)? = nil) {
        self.parent = parent
        self.instance = instance
        storage = Mutex(VariableTable())
        guard !values.isEmpty else { return }
        storage.withLock { variables in
            for (name, value) in values { variables[name] = Variable(value: value, isConstant: true) }
        }
    }

    /// Adds a name to this scope, or gives it a new meaning.
    func declare(_ name: String, _ variable: Variable) {
        var variable = variable
        variable.value = withoutCycle(variable.value)
        storage.withLock { $0[name] = variable }
    }

    /// Removes a name from this scope.
    func remove(_ name: String) {
        storage.withLock { $0[name] = nil }
    }

    /// Returns the variable of this name in this scope, ignoring the enclosing ones.
    func ownVariable(_ name: String) -> Variable? {
        guard storage.withLock({ $0.contains(name) }) else { return nil }
        return lookup(name)
    }

    /// The nearest scope that holds the stored properties of a value.
    private var instanceScope: Scope? {
        var scope: Scope? = self
        while let current = scope {
            if current.instance != nil { return current }
            scope = current.parent
        }
        return nil
    }

    /// The value of `self`: the instance with the current values of its stored properties.
    private var itself: Value? {
        guard let instance else { return nil }
        return .object((instance as? UserStruct)?.taking(self) ?? instance)
    }

    /// Returns the value of a name in this scope or an enclosing one, as ``lookup(_:)`` finds it.
    func value(of name: String) -> Value? {
        if name.hasPrefix("self") { return lookup(name)?.value }
        var scope = self
        while true {
            if let value = scope.storage.withLock({ $0.value(of: name) }) { return scope.bound(value) }
            guard let parent = scope.parent else { return nil }
            scope = parent
        }
    }

    /// Returns a function with the scope in which it was created.
    private func bound(_ value: Value) -> Value {
        switch value {
        case .function(let function as UnboundFunction): .function(Function(code: function.code, scope: self))
        case .function(let property as UnboundProperty): .function(ComputedProperty(code: property.code, scope: self))
        default: value
        }
    }

    /// Returns the variable of this name in this scope or an enclosing one; `self.x` is the value's own property even
    /// if a nearer `x` hides it.
    func lookup(_ name: String) -> Variable? {
        if name.hasPrefix("self") {
            if name == "self" { return instanceScope?.itself.map { Variable(value: $0, isConstant: true) } }
            if name.hasPrefix("self.") { return instanceScope?.ownVariable(String(name.dropFirst(5))) }
        }
        var scope: Scope? = self
        while let current = scope {
            if var variable = current.storage.withLock({ $0[name] }) {
                variable.value = current.bound(variable.value)
                return variable
            }
            scope = current.parent
        }
        return nil
    }

    /// Gives an existing variable a new value.
    func assign(_ name: String, _ value: Value) {
        guard let place = place(of: name) else { return }
        let value = place.owner.withoutCycle(value)
        _ = place.owner.storage.withLock { $0.exchange(place.name, value) }
    }

    /// The location of a variable.
    struct Place {
        fileprivate let owner: Scope
        /// The name in its owner.
        fileprivate let name: String
        /// Whether it is a constant.
        let isConstant: Bool

        /// Changes the variable's value in place: it is removed meanwhile, so that a long list is changed without a
        /// copy. Concurrent cells take turns.
        ///
        /// - Parameter body: must not read any variable: the scope's lock is held.
        func change<Result>(_ body: (inout Value) throws -> Result) rethrows -> Result {
            try owner.storage.withLock { variables in
                var value = variables.exchange(name, .nothing) ?? .nothing
                defer { _ = variables.exchange(name, owner.withoutCycle(value)) }
                return try body(&value)
            }
        }
    }

    /// Returns the location of a visible variable; nil if there is no such name.
    func place(of name: String) -> Place? {
        if name.hasPrefix("self.") {
            let own = String(name.dropFirst(5))
            return instanceScope.flatMap { $0.ownPlace(of: own) }
        }
        var scope = self
        while true {
            if let place = scope.ownPlace(of: name) { return place }
            guard let parent = scope.parent else { return nil }
            scope = parent
        }
    }

    private func ownPlace(of name: String) -> Place? {
        storage.withLock { $0.isConstant(name) }.map { Place(owner: self, name: name, isConstant: $0) }
    }

    /// Returns whether a visible name is a constant; nil if there is no such name.
    func isConstant(_ name: String) -> Bool? { place(of: name)?.isConstant }

    /// Returns whether a name in this scope hides a built-in.
    func hidesBuiltIn(_ name: String) -> Bool {
        var found = 0
        var scope: Scope? = self
        while let current = scope {
            if current.storage.withLock({ $0.contains(name) }) {
                found += 1
                if current.parent == nil { return found > 1 }
            }
            scope = current.parent
        }
        return false
    }

    /// The variables of this scope, without those of the enclosing ones.
    var ownVariables: [String: Variable] {
        let names = storage.withLock { $0.names }
        return Dictionary(uniqueKeysWithValues: names.compactMap { name in lookup(name).map { (name, $0) } })
    }

    /// Every name that is visible in this scope.
    var visibleNames: Set<String> {
        var names: Set<String> = []
        var scope: Scope? = self
        while let current = scope {
            names.formUnion(current.storage.withLock { $0.names })
            scope = current.parent
        }
        return names
    }

    /// Returns a function without its reference to this scope, which would keep the scope alive for ever, with every
    /// picture in it.
    private func withoutCycle(_ value: Value) -> Value {
        if case .function(let function as Function) = value, function.scope === self {
            return .function(UnboundFunction(code: function.code))
        }
        if case .function(let property as ComputedProperty) = value, property.scope === self {
            return .function(UnboundProperty(code: property.code))
        }
        return value
    }
}

/// A function as the scope that created it stores it.
private struct UnboundFunction: Callable {
    let code: FunctionCode
    var signature: Signature { code.signature }

    func call(_ arguments: Arguments, in context: any CellContext) throws -> Value { .void }
}

/// A computed property as the scope that created it stores it.
private struct UnboundProperty: Callable {
    let code: FunctionCode
    var signature: Signature { code.signature }

    func call(_ arguments: Arguments, in context: any CellContext) throws -> Value { .void }
}
