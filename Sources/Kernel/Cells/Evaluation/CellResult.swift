/// What a cell gives.
public enum CellResult: Sendable {
    /// The value of the expression in which the cell ends.
    case value(Value)
    /// The cell ends in a declaration or a statement, or in a call that gives nothing.
    case none
    /// The cell ends in `name?`: show what is known of this path.
    case inspect(path: String)
}

/// A variable as a cell left it.
public struct Variable: Sendable {
    /// Its value.
    public var value: Value
    /// Whether it was declared by `let`.
    public var isConstant: Bool
    /// The type that was written for it, if one was.
    var type: ValueType?
}
