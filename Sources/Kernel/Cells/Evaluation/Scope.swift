import Synchronization

/// Names and their values, with the scope around them.
///
/// Closures share the scope in which they were made. A scope may be read from another thread, for completion,
/// while a cell runs.
final class Scope: Sendable {
    private let parent: Scope?
    private let storage: Mutex<VariableTable>
    /// The value whose stored properties this scope holds, while one of its methods runs.
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

    /// The variable of this name in this scope alone.
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

    /// The value that `self` is: as it was, with the stored properties as they are now.
    private var itself: Value? {
        guard let instance else { return nil }
        return .object((instance as? UserStruct)?.taking(self) ?? instance)
    }

    /// The value of a name in this scope or around it, as ``lookup(_:)`` finds it.
    func value(of name: String) -> Value? {
        if name.hasPrefix("self") { return lookup(name)?.value }
        var scope = self
        while true {
            if let value = scope.storage.withLock({ $0.value(of: name) }) { return scope.bound(value) }
            guard let parent = scope.parent else { return nil }
            scope = parent
        }
    }

    /// A function as others see it, which knows the scope that it was made in.
    private func bound(_ value: Value) -> Value {
        switch value {
        case .function(let function as UnboundFunction): .function(Function(code: function.code, scope: self))
        case .function(let property as UnboundProperty): .function(ComputedProperty(code: property.code, scope: self))
        default: value
        }
    }

    /// The variable of this name in this scope or around it; `self.x` is a value's own property, whatever is called
    /// `x` nearer by.
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

    /// Where a name's variable is.
    struct Place {
        fileprivate let owner: Scope
        /// The name in its owner.
        fileprivate let name: String
        /// Whether it is a constant.
        let isConstant: Bool

        /// Changes the variable's value in place: it is taken out meanwhile, so that a long list is changed without a copy.
        /// Cells that run side by side take turns.
        ///
        /// - Parameter body: must not look at any variable.
        func change<Result>(_ body: (inout Value) throws -> Result) rethrows -> Result {
            try owner.storage.withLock { variables in
                var value = variables.exchange(name, .nothing) ?? .nothing
                defer { _ = variables.exchange(name, owner.withoutCycle(value)) }
                return try body(&value)
            }
        }
    }

    /// Where a visible name's variable is; nil when there is no such name.
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

    /// Whether a visible name is a constant; nil when there is no such name.
    func isConstant(_ name: String) -> Bool? { place(of: name)?.isConstant }

    /// Whether a name here hides one that every cell has.
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

    /// The variables of this scope alone.
    var ownVariables: [String: Variable] {
        let names = storage.withLock { $0.names }
        return Dictionary(uniqueKeysWithValues: names.compactMap { name in lookup(name).map { (name, $0) } })
    }

    /// Every name that can be seen from here.
    var visibleNames: Set<String> {
        var names: Set<String> = []
        var scope: Scope? = self
        while let current = scope {
            names.formUnion(current.storage.withLock { $0.names })
            scope = current.parent
        }
        return names
    }

    /// A function kept in the scope that it was made in would keep that scope alive for ever, with every
    /// picture in it; so the scope keeps the code alone.
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

/// A function as its own scope keeps it.
private struct UnboundFunction: Callable {
    let code: FunctionCode
    var signature: Signature { code.signature }

    func call(_ arguments: Arguments, in context: any CellContext) throws -> Value { .void }
}

/// A computed property as its own scope keeps it.
private struct UnboundProperty: Callable {
    let code: FunctionCode
    var signature: Signature { code.signature }

    func call(_ arguments: Arguments, in context: any CellContext) throws -> Value { .void }
}
