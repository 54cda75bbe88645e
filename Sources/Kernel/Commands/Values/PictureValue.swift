import Cells
import Jupyter
import VitrineEngine

/// What `render` returns: a picture, or a sheet of them.
final class PictureValue: TabledObject, Displayable {
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

    static let memberTable: MemberTable<PictureValue> = [
        .property("recipe", .object(.recipe), "everything needed to make it again") { .object($0.recipe) },
        .property("activation", .number, "the objective on the finished picture") {
            .number(shortest($0.pictures[0].activation))
        },
        .property("activations", .list(.number), "the same for each picture of a sheet") {
            .array($0.pictures.map { .number(shortest($0.activation)) })
        },
        .property("history", .object(.history), "the objective at each step, as a plot and as numbers") {
            .object($0.history)
        },
        .property("steps", .integer, "how many steps it took") { .integer($0.rendering.steps) },
        .property("seconds", .number, "how long it took") { .number($0.rendering.seconds) },
        .property("label", .string, "the objective in words") { .string($0.pictures[0].label) },
        .property("notes", .list(.string), "what to know before trusting it; usually nothing") {
            .array($0.pictures.flatMap(\.notes).map { .string($0.words) })
        },
        .property("cell", .string, "the cell that made it") { $0.cell.map { .string($0) } ?? .nothing },
        .property("count", .integer, "how many pictures there are") { .integer($0.pictures.count) },
    ]

    /// Everything needed to make it again.
    var recipe: RecipeValue { RecipeValue(rendering.recipe, objectives: rendering.pictures.map(\.label)) }

    /// The first picture's objective at each step.
    var history: HistoryValue {
        HistoryValue(
            rendering.history.map { $0[pictures[0].index] }, label: pictures[0].label,
            stages: rendering.recipe.stages.map(\.steps))
    }

    func subscripted(_ arguments: [WrittenArgument]) throws -> Value? {
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
        let stage = rendering.recipe.lastStage
        let size = "\(stage.width) × \(stage.height) px"
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
final class RecipeValue: TabledObject, Displayable {
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

    static let memberTable: MemberTable<RecipeValue> = [
        .property("model", .string, "the model's name") { .string($0.recipe.model) },
        .property("steps", .integer, "how many steps") { .integer($0.recipe.totalSteps) },
        .property("seed", .integer, "the first picture's seed") {
            .integer(Int(truncatingIfNeeded: $0.recipe.seeds.first ?? 0))
        },
        .property("json", .string, "the whole recipe as the picture's file carries it") {
            .string(try $0.recipe.json())
        },
    ]

    func isEqual(to other: any CellObject) -> Bool { (other as? RecipeValue)?.recipe == recipe }

    /// The recipe in words.
    var table: Table { RecipeTable(recipe: recipe, objectives: objectives).table }
}
