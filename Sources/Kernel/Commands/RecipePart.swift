import Cells
import VitrineEngine

/// A part of a recipe as a cell writes it: `.rotate(15)`, `.adam(rate: 0.05, to: 0.005)`.
struct RecipePart {
    /// The choice's name.
    let name: String
    private let arguments: [WrittenArgument]
    private let form: String

    /// Reads a choice.
    ///
    /// - Parameters:
    ///   - forms: how each choice is written, by name: `["rotate": ".rotate(degrees)"]`.
    ///   - what: what it is, in an error: "transform".
    /// - Throws: a ``CellError`` for a value that is none of the choices, or has labels that it does not take.
    init(_ value: Value, forms: [String: String], what: String) throws {
        guard case .symbol(let symbol) = value else {
            throw CellError(
                .wrongArgument, "A \(what) is one of \(Self.list(forms)); this is \(value.descriptiveWords).")
        }
        let known = forms[symbol.name] == nil ? americanSpelling(symbol.name) : symbol.name
        guard let form = forms[known] else {
            throw CellError(
                .wrongArgument,
                "There is no \(what) `.\(symbol.name)`. There are \(Self.list(forms)).")
        }
        name = known
        arguments = symbol.arguments
        self.form = form
        for label in arguments.compactMap(\.label) where !form.contains("\(label):") {
            throw CellError(.wrongArgument, "`.\(name)` has no `\(label):`. It is written `\(form)`.")
        }
    }

    private static func list(_ forms: [String: String]) -> String {
        forms.values.sorted().map { "`\($0)`" }.joined(separator: ", ")
    }

    /// The unlabeled number at a place, from 0.
    func number(_ place: Int, default value: Float? = nil) throws -> Float {
        let unlabeled = arguments.filter { $0.label == nil }
        guard place < unlabeled.count else { return try value ?? missing() }
        return try number(unlabeled[place].value)
    }

    /// The number behind a label; nil where it is not given.
    func number(_ label: String) throws -> Float? {
        try arguments.first { $0.label == label }.map { try number($0.value) }
    }

    /// The whole number at a place, from 0.
    func whole(_ place: Int) throws -> Int { try whole(number(place)) }

    /// The whole number behind a label; nil where it is not given.
    func whole(_ label: String) throws -> Int? { try number(label).map { try whole($0) } }

    private func whole(_ number: Float) throws -> Int {
        guard number == number.rounded(), abs(number) < 1e9 else {
            let found = number.isNaN ? "nan" : "\(number)"
            throw CellError(.wrongArgument, "`\(form)` takes a whole number; this is \(found).")
        }
        return Int(number)
    }

    /// From the unlabeled number at a place to that of `to:`, where it is given.
    func schedule(_ place: Int) throws -> Schedule {
        let start = try number(place)
        return Schedule(from: start, to: try number("to") ?? start)
    }

    /// From the number of `rate:` along a cosine to that of `to:`, where it is given.
    func rate(default value: Float) throws -> Schedule {
        let start = try number("rate") ?? value
        return Schedule(from: start, to: try number("to") ?? start, shape: .cosine)
    }

    private func number(_ value: Value) throws -> Float {
        guard let number = value.number else {
            throw CellError(.wrongArgument, "`\(form)` takes numbers; this is \(value.descriptiveWords).")
        }
        return Float(number)
    }

    private func missing() throws -> Float {
        throw CellError(.wrongArgument, "`.\(name)` lacks a number. It is written `\(form)`.")
    }
}
