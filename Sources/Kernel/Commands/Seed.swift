import Cells

/// A seed: any whole number, negative ones included.
struct Seed: ArgumentValue, ExpressibleByIntegerLiteral {
    /// The bits of the number, as the random source takes them.
    let number: UInt64

    init(_ whole: Int) { number = UInt64(bitPattern: Int64(whole)) }

    init(integerLiteral whole: Int) { self.init(whole) }

    static var argumentType: ValueType { .integer }
    static func read(_ value: Value) -> Seed? { value.integer.map { Seed($0) } }
    var cellValue: Value { .integer(Int(Int64(bitPattern: number))) }
}
