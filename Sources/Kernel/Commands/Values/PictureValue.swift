import Cells
import Jupyter
import VitrineEngine

/// What `render` returns: a picture, or a sheet of them.
final class PictureValue: CellObject, Displayable {
    /// The pictures; at least one.
    let pictures: [Picture]
    /// The rendering that they are from.
    let rendering: Rendering
    /// The cell that made them; nil where none did.
    let cell: String?
    private let display: PictureDisplay

    convenience init(_ rendering: Rendering, cell: String? = nil) throws(EngineError) {
        try self.init(rendering.pictures, of: rendering, cell: cell)
    }

    private init(_ pictures: [Picture], of rendering: Rendering, cell: String?) throws(EngineError) {
        self.pictures = pictures
        self.rendering = rendering
        self.cell = cell
        display = try PictureDisplay(
            pictures, of: rendering, cell: cell, plain: Self.words(pictures, rendering))
    }

    var kind: ValueKind { pictures.count == 1 ? .picture : .pictureSheet }
    var kinds: [ValueKind] { pictures.count == 1 ? [.picture, .image] : [.picture] }
    var plainText: String { Self.words(pictures, rendering) }
    var bundle: MIMEBundle { display.bundle }
    /// The pixels on show.
    var image: Image { display.image }
    var elements: [Value]? { pictures.indices.compactMap { try? .object(part($0)) } }

    var members: [MemberDeclaration] {
        [
            .property("recipe", .object(.recipe), "everything needed to make it again"),
            .property("activation", .number, "the objective on the finished picture"),
            .property("activations", .list(.number), "the same for each picture of a sheet"),
            .property("history", .object(.history), "the objective at each step, as a plot and as numbers"),
            .property("steps", .integer, "how many steps it took"),
            .property("seconds", .number, "how long it took"),
            .property("label", .string, "the objective in words"),
            .property("notes", .list(.string), "what to know before trusting it; usually nothing"),
            .property("cell", .string, "the cell that made it"),
            .property("count", .integer, "how many pictures there are"),
        ]
    }

    func member(_ name: String) throws -> Value? {
        switch name {
        case "recipe": .object(RecipeValue(rendering.recipe, objectives: rendering.pictures.map(\.label)))
        case "activation": .number(shortest(pictures[0].activation))
        case "activations": .array(pictures.map { .number(shortest($0.activation)) })
        case "history":
            .object(
                HistoryValue(
                    rendering.history.map { $0[pictures[0].index] }, label: pictures[0].label,
                    stages: rendering.recipe.stages.map(\.steps)))
        case "steps": .integer(rendering.steps)
        case "seconds": .number(rendering.seconds)
        case "label": .string(pictures[0].label)
        case "notes": .array(pictures.flatMap(\.notes).map { .string($0.words) })
        case "cell": cell.map { .string($0) } ?? .nothing
        case "count": .integer(pictures.count)
        default: nil
        }
    }

    func subscripted(_ arguments: [Argument]) throws -> Value? {
        guard let index = try arguments.index(of: "picture", below: pictures.count, in: "this sheet") else {
            return nil
        }
        return .object(try part(index))
    }

    /// One picture of the sheet.
    func part(_ index: Int) throws -> PictureValue {
        try PictureValue([pictures[index]], of: rendering, cell: cell)
    }

    private static func words(_ pictures: [Picture], _ rendering: Rendering) -> String {
        let size = "\(rendering.recipe.width) × \(rendering.recipe.height) px"
        let what = pictures.map { picture in
            (["\(picture.label): activation \(Double(picture.activation).formatted(digits: 3))"]
                + picture.notes.map(\.words.lowercasedFirst)).joined(separator: "; ")
        }
        return
            (what + ["\(rendering.recipe.model), \(size), \(rendering.stepsInWords), \(rendering.timeInWords)"])
            .joined(separator: "\n")
    }
}

extension Rendering {
    /// Why it ended, as a sentence: "The render finished."
    var stopWords: String {
        let sentence = "The render \(stop.words)."
        guard case .tooLarge(_, let reason) = stop else { return sentence }
        return "\(sentence) \(reason)"
    }

    /// How many steps it took, and why not all: “256 steps”.
    var stepsInWords: String {
        let all = "\(recipe.totalSteps) step\(recipe.totalSteps == 1 ? "" : "s")"
        return stop == .finished ? all : "\(steps) of \(all), \(stop.words)"
    }
}

extension Rendering.Stop {
    /// Why the render ended: “finished”.
    fileprivate var words: String {
        switch self {
        case .finished: "finished"
        case .interrupted: "interrupted"
        case .notANumber(let step):
            "stopped at step \(step), where the activation stopped being a number: the picture is the last good one, and the rate may be too high"
        case .tooLarge(let step, _):
            "stopped after step \(step), because the next stage does not fit into memory"
        }
    }
}

/// The number with the digits that a 32-bit number has: 1.2642546 rather than 1.2642545700073242.
func shortest(_ value: Float) -> Double { Double("\(value)") ?? Double(value) }

/// A recipe in a cell.
final class RecipeValue: CellObject, Displayable {
    /// The recipe.
    let recipe: Recipe

    private let objectives: [String]

    /// A recipe whose objectives are said in these words.
    init(_ recipe: Recipe, objectives: [String]) {
        self.recipe = recipe
        self.objectives = objectives
    }

    var kind: ValueKind { .recipe }
    var plainText: String { table.plain }
    var bundle: MIMEBundle { table.bundle }

    var members: [MemberDeclaration] {
        [
            .property("model", .string, "the model's name"),
            .property("steps", .integer, "how many steps"),
            .property("seed", .integer, "the first picture's seed"),
            .property("json", .string, "the whole recipe as the picture's file carries it"),
        ]
    }

    func member(_ name: String) throws -> Value? {
        switch name {
        case "model": .string(recipe.model)
        case "steps": .integer(recipe.totalSteps)
        case "seed": .integer(Int(truncatingIfNeeded: recipe.seeds.first ?? 0))
        case "json": .string(try recipe.json())
        default: nil
        }
    }

    func isEqual(to other: any CellObject) -> Bool { (other as? RecipeValue)?.recipe == recipe }

    /// The recipe in words.
    var table: Table { RecipeTable(recipe: recipe, objectives: objectives).table }
}
