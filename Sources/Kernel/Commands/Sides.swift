import Cells

/// A side in pixels, or a height and a width: the values of `size:`.
struct Sides: ArgumentValue {
    /// The sides as they were given.
    let sides: [Int]
    /// Whether they were given as a list.
    let isList: Bool

    static var argumentType: ValueType { .oneOf([.integer, .list(.integer)]) }
    static func read(_ value: Value) -> Sides? {
        if let side = value.integer { return Sides(sides: [side], isList: false) }
        return [Int].read(value).map { Sides(sides: $0, isList: true) }
    }
    var cellValue: Value { isList ? sides.cellValue : sides[0].cellValue }
}
