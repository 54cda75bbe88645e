/// The variables of a scope by their names.
///
/// Most scopes have one or a few, which are found sooner one after the other than by their hashes: a turn of a loop makes
/// such a scope.
struct VariableTable {
    /// The first variable and its name, which is empty where there is none.
    private var firstName = ""
    private var first = Variable(value: .nothing, isConstant: true)
    private var fewNames: [String] = []
    private var few: [Variable] = []
    private var many: [String: Variable] = [:]

    /// So many are gone through one after the other.
    private static let fewest = 8

    /// Where a variable is, as long as none is added or removed.
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

    /// Whether there is a variable of this name.
    func contains(_ name: String) -> Bool { place(of: name) != nil }

    /// Whether a name is a constant; nil where there is none.
    func isConstant(_ name: String) -> Bool? {
        switch place(of: name) {
        case .first: first.isConstant
        case .few(let index): few[index].isConstant
        case .many: many[name]?.isConstant
        case nil: nil
        }
    }

    /// The value of this name; nil where there is none.
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

    /// Puts a value into the place of another, which it returns; nil where there is no variable of this name.
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
