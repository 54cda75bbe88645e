/// The result of a cell.
package enum CellResult: Sendable {
    /// The value of the expression that ends the cell.
    case value(Value)
    /// The cell ends in a declaration or a statement, or in a call that returns nothing.
    case none
    /// The cell ends in `name?`: show what is known about this path.
    case inspect(path: String)
}
