import Cells
import VitrineEngine

/// Commands are told which cell runs.
typealias Command = Cells.Command<CellRun>

/// Where randomness starts: any whole number, negative ones too.
struct Seed: ArgumentValue, ExpressibleByIntegerLiteral {
    /// The same number without its sign.
    let number: UInt64

    init(_ whole: Int) { number = UInt64(bitPattern: Int64(whole)) }

    init(integerLiteral whole: Int) { self.init(whole) }

    static var argumentType: ValueType { .integer }
    static func read(_ value: Value) -> Seed? { value.integer.map { Seed($0) } }
    var cellValue: Value { .integer(Int(Int64(bitPattern: number))) }
}

/// A side in pixels, or a height and a width, as `size:` takes them.
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

extension RecipeName: ArgumentChoice {}

/// What commands that make many pictures by one recipe take.
enum RecipeArguments {
    /// Which recipe they are sought by: one that needs no photographs.
    static let recipe = Argument<RecipeName>(
        "recipe", type: .choice(of: RecipeName.withoutReferences), default: .vitrine,
        summary: "the recipe; `help(render)` explains each")
    /// How many steps each picture takes.
    static let steps = Argument<Int?>(
        "steps", default: nil, summary: "how many gradient steps; the recipe's own number if left out")
    /// How large the pictures are.
    static let size = Argument<Int?>(
        "size", default: nil, summary: "the pictures' longer side in pixels; the recipe's own if left out")
}

extension [WrittenArgument] {
    /// The index that a cell asks for in a subscript; nil where it asks for something else than one whole number.
    ///
    /// - Parameters:
    ///   - what: what is counted: "picture".
    ///   - count: how many there are.
    ///   - place: where: "this sheet".
    /// - Throws: ``EngineError`` `.outOfRange` where there is none of this index.
    func index(of what: String, below count: Int, in place: String) throws -> Int? {
        guard self.count == 1, let index = self[0].value.integer else { return nil }
        guard (0..<count).contains(index) else {
            throw EngineError.outOfRange(what: what, index: index, count: count, place: place)
        }
        return index
    }
}
