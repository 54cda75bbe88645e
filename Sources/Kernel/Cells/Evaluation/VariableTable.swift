/// The variables of a scope by their names.
///
/// Most scopes have one or a few, which are found sooner one after the other than by their hashes: a turn of a loop makes
/// such a scope.
struct VariableTable {
    private typealias Entry = (name: String, variable: Variable)

    private var first: Entry?
    private var few: [Entry] = []
    private var many: [String: Variable] = [:]

    /// So many are gone through one after the other.
    private static let fewest = 8

    /// Where a variable is, as long as none is added or removed.
    private enum Place {
        case first
        case few(Int)
        case many(String)
    }

    private func place(of name: String) -> Place? {
        if let first, first.name == name { return .first }
        if !many.isEmpty { return many[name] == nil ? nil : .many(name) }
        return few.firstIndex { $0.name == name }.map { .few($0) }
    }

    /// Whether there is a variable of this name.
    func contains(_ name: String) -> Bool { place(of: name) != nil }

    /// Whether a name is a constant; nil where there is none.
    func isConstant(_ name: String) -> Bool? {
        switch place(of: name) {
        case .first: first?.variable.isConstant
        case .few(let index): few[index].variable.isConstant
        case .many(let name): many[name]?.isConstant
        case nil: nil
        }
    }

    /// The value of this name; nil where there is none.
    func value(of name: String) -> Value? {
        switch place(of: name) {
        case .first: first?.variable.value
        case .few(let index): few[index].variable.value
        case .many(let name): many[name]?.value
        case nil: nil
        }
    }

    /// The variable of this name; assigning nil removes it.
    subscript(name: String) -> Variable? {
        get {
            switch place(of: name) {
            case .first: first?.variable
            case .few(let index): few[index].variable
            case .many(let name): many[name]
            case nil: nil
            }
        }
        set {
            guard let newValue else { return remove(name) }
            switch place(of: name) {
            case .first: first?.variable = newValue
            case .few(let index): few[index].variable = newValue
            case .many(let name): many[name] = newValue
            case nil: add(name, newValue)
            }
        }
    }

    /// Puts a value into the place of another, which it returns; nil where there is no variable of this name.
    mutating func exchange(_ name: String, _ value: Value) -> Value? {
        var value = value
        switch place(of: name) {
        case .first: if first != nil { swap(&first!.variable.value, &value) }
        case .few(let index): swap(&few[index].variable.value, &value)
        case .many(let name): swap(&many[name]!.value, &value)
        case nil: return nil
        }
        return value
    }

    /// Every name.
    var names: [String] { (first.map { [$0.name] } ?? []) + few.map(\.name) + many.keys }

    private mutating func add(_ name: String, _ variable: Variable) {
        if first == nil {
            first = (name, variable)
        } else if many.isEmpty, few.count < Self.fewest {
            few.append((name, variable))
        } else {
            for entry in few { many[entry.name] = entry.variable }
            few = []
            many[name] = variable
        }
    }

    private mutating func remove(_ name: String) {
        switch place(of: name) {
        case .first: first = nil
        case .few(let index): few.remove(at: index)
        case .many(let name): many[name] = nil
        case nil: break
        }
    }
}
