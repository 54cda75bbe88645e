import Cells
import Jupyter
import VitrineEngine

/// The result of `render`: a picture, or a sheet of pictures.
final class PictureValue: TabledObject, Displayable {
    /// The pictures; at least one.
    let pictures: [Picture]
    /// The rendering that made them.
    let rendering: Rendering
    /// The cell that made them; nil if unknown.
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
    /// The image that is shown.
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
        .property(
            "mask", .object(.mask), "how much each pixel mattered to the objective, as transparency (MACO's)"
        ) { .object(try $0.mask()) },
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

    /// The first picture's mask.
    private func mask() throws -> MaskValue {
        let index = pictures[0].index
        guard rendering.masks.indices.contains(index) else {
            throw CellError(
                .command,
                "This picture was kept by a version that measured no mask. Render it again: `render(…, cache: false)`.")
        }
        return MaskValue(rendering.masks[index], of: pictures[0], recipe: rendering.recipe)
    }

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

    /// Returns one picture of the sheet.
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
    /// The reason why it ended, as a sentence: "The render finished."
    var stopWords: String {
        let sentence = "The render \(stop.words)."
        guard case .tooLarge(_, let reason) = stop else { return sentence }
        return "\(sentence) \(reason)"
    }

    /// The number of steps, and why they are not all: “256 steps”, “12 of 256 steps, interrupted”.
    var stepsInWords: String {
        let all = "\(recipe.totalSteps) step\(recipe.totalSteps == 1 ? "" : "s")"
        return stop == .finished ? all : "\(steps) of \(all), \(stop.words)"
    }
}

extension Rendering.Stop {
    /// The reason in words: “finished”.
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
