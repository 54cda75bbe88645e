/// A variable as a cell left it.
package struct Variable: Sendable {
    /// Its value.
    package var value: Value
    /// Whether it was declared by `let`.
    var isConstant: Bool
    /// The type that was declared for it, if any.
    var type: ValueType?
}

/// The variables of a scope by name.
///
/// Most scopes, such as those of loop iterations, have one variable or a few, and a linear search finds these faster
/// than a hash table.
struct VariableTable {
    /// The name of the first variable; empty if there is none.
    private var firstName = ""
    private var first = Variable(value: .nothing, isConstant: true)
    private var fewNames: [String] = []
    private var few: [Variable] = []
    private var many: [String: Variable] = [:]

    /// The number of variables up to which the search is linear, besides the first.
    private static let fewest = 8

    /// The location of a variable, until one is added or removed.
    private enum Place {
        case first
        case few(Int)
        case many
    }

    private func place(of name: String) -> Place? {
        if firstName == name, !name.isEmpty { return .first }
        if !many.isEmpty { return many[name] == nil ? nil : .many }
        return fewNames.isEmpty ? nil : fewNames.firstIndex(of: name).map { .few($0) }
    }

    /// Returns whether there is a variable of this name.
    func contains(_ name: String) -> Bool { place(of: name) != nil }

    /// Returns whether a variable is a constant; nil if there is none of this name.
    func isConstant(_ name: String) -> Bool? {
        switch place(of: name) {
        case .first: first.isConstant
        case .few(let index): few[index].isConstant
        case .many: many[name]?.isConstant
        case nil: nil
        }
    }

    /// Returns the value of a variable; nil if there is none of this name.
    func value(of name: String) -> Value? {
        switch place(of: name) {
        case .first: first.value
        case .few(let index): few[index].value
        case .many: many[name]?.value
        case nil: nil
        }
    }

    /// The variable of this name; assigning nil removes it.
    subscript(name: String) -> Variable? {
        get {
            switch place(of: name) {
            case .first: first
            case .few(let index): few[index]
            case .many: many[name]
            case nil: nil
            }
        }
        set {
            guard let newValue else { return remove(name) }
            switch place(of: name) {
            case .first: first = newValue
            case .few(let index): few[index] = newValue
            case .many: many[name] = newValue
            case nil: add(name, newValue)
            }
        }
    }

    /// Replaces the value of a variable and returns the old one; nil if there is no variable of this name.
    mutating func exchange(_ name: String, _ value: Value) -> Value? {
        var value = value
        switch place(of: name) {
        case .first: swap(&first.value, &value)
        case .few(let index): swap(&few[index].value, &value)
        case .many: swap(&many[name]!.value, &value)
        case nil: return nil
        }
        return value
    }

    /// Every name.
    var names: [String] { (firstName.isEmpty ? [] : [firstName]) + fewNames + many.keys }

    private mutating func add(_ name: String, _ variable: Variable) {
        if firstName.isEmpty {
            (firstName, first) = (name, variable)
        } else if many.isEmpty, few.count < Self.fewest {
            fewNames.append(name)
            few.append(variable)
        } else {
            for (name, variable) in zip(fewNames, few) { many[name] = variable }
            (fewNames, few) = ([], [])
            many[name] = variable
        }
    }

    private mutating func remove(_ name: String) {
        switch place(of: name) {
        case .first: (firstName, first) = ("", Variable(value: .nothing, isConstant: true))
        case .few(let index):
            fewNames.remove(at: index)
            few.remove(at: index)
        case .many: many[name] = nil
        case nil: break
        }
    }
}
