import Cells
import VitrineEngine

/// The alternatives for a part of a recipe: the transforms, the optimizers.
protocol RecipeChoice: RawRepresentable, CaseIterable, Sendable where RawValue == String {
    /// The noun for one of them in an error: "transform".
    static var words: String { get }

    /// Its syntax: `.rotate(degrees)`.
    var form: String { get }
}

extension RecipeChoice {
    /// The type of an argument that takes one of them.
    static var type: ValueType { .symbol(allCases.map(\.rawValue)) }
}

/// A part of a recipe as a cell writes it: `.rotate(15)`, `.adam(rate: 0.05, to: 0.005)`.
struct RecipePart<Choice: RecipeChoice> {
    /// The label of a number.
    enum Label: String {
        case to, size, decay, rate, gain, offset
    }

    /// The alternative that was chosen.
    let choice: Choice
    private let arguments: [WrittenArgument]

    /// Reads a choice.
    ///
    /// - Throws: a ``CellError`` for a value that is not one of the choices, or has labels that the choice does not
    ///   take.
    init(_ value: Value) throws {
        guard case .symbol(let symbol) = value else {
            throw CellError(
                .wrongArgument, "A \(Choice.words) is one of \(Self.list); this is \(value.descriptiveWords).")
        }
        guard let choice = Choice(rawValue: symbol.name) ?? Choice(rawValue: americanSpelling(symbol.name)) else {
            throw CellError(
                .wrongArgument, "There is no \(Choice.words) `.\(symbol.name)`. There are \(Self.list).")
        }
        self.choice = choice
        arguments = symbol.arguments
        for label in arguments.compactMap(\.label) where !choice.form.contains("\(label):") {
            throw CellError(
                .wrongArgument, "`.\(choice.rawValue)` has no `\(label):`. It is written `\(choice.form)`.")
        }
    }

    private static var list: String {
        Choice.allCases.map(\.form).sorted().map { "`\($0)`" }.joined(separator: ", ")
    }

    /// Returns the unlabeled number at a position, counted from 0.
    func number(_ index: Int, default value: Float? = nil) throws -> Float {
        let unlabeled = arguments.filter { $0.label == nil }
        guard index < unlabeled.count else { return try value ?? missing() }
        return try number(unlabeled[index].value)
    }

    /// Returns the number with a label; nil if it was not given.
    func number(_ label: Label) throws -> Float? {
        try arguments.first { $0.label == label.rawValue }.map { try number($0.value) }
    }

    /// Returns the unlabeled whole number at a position, counted from 0.
    func whole(_ index: Int) throws -> Int { try whole(number(index)) }

    /// Returns the whole number with a label; nil if it was not given.
    func whole(_ label: Label) throws -> Int? { try number(label).map { try whole($0) } }

    private func whole(_ number: Float) throws -> Int {
        guard number == number.rounded(), abs(number) < 1e9 else {
            let found = number.isNaN ? "nan" : "\(number)"
            throw CellError(.wrongArgument, "`\(choice.form)` takes a whole number; this is \(found).")
        }
        return Int(number)
    }

    /// Returns the schedule from the unlabeled number at a position to that of `to:`, or a constant without `to:`.
    func schedule(_ index: Int) throws -> Schedule {
        let start = try number(index)
        return Schedule(from: start, to: try number(.to) ?? start)
    }

    /// Returns the schedule along a cosine from the number of `rate:` to that of `to:`, or a constant without `to:`.
    func rate(default value: Float) throws -> Schedule {
        let start = try number(.rate) ?? value
        return Schedule(from: start, to: try number(.to) ?? start, shape: .cosine)
    }

    private func number(_ value: Value) throws -> Float {
        guard let number = value.number else {
            throw CellError(.wrongArgument, "`\(choice.form)` takes numbers; this is \(value.descriptiveWords).")
        }
        return Float(number)
    }

    private func missing() throws -> Float {
        throw CellError(.wrongArgument, "`.\(choice.rawValue)` needs a number. It is written `\(choice.form)`.")
    }
}
