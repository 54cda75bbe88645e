/// Limits on what a cell may use.
///
/// Exceeding one is an error, so that a cell cannot fill the memory or the stack.
enum Limits {
    /// Elements of one list.
    static let elements = 10_000_000
    /// UTF-8 bytes of one text.
    static let textBytes = 100_000_000
    /// Characters of a value's text.
    static let textOfAValue = 1_000_000
    /// Lists within lists.
    static let nesting = 200
    /// Levels of a cell's syntax tree.
    ///
    /// Each pair of parentheses takes three.
    static let syntaxLevels = 1_000
    /// Operators in one expression.
    static let operators = 1_000
    /// UTF-8 bytes of one cell.
    static let cellBytes = 4_000_000
}
