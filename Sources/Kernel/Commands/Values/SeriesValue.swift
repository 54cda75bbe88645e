import Cells
import Jupyter
import Platform
import VitrineEngine

/// The result of `render` for several seeds or recipes: their pictures in one sheet, each with its own recipe.
final class SeriesValue: TabledObject, Displayable, SheetValue {
    /// The pictures one by one, in the sheet's order.
    let pictures: [PictureValue]
    private let series: RenderSeries
    private let renderings: [Rendering]
    /// How strongly each picture drives its objective, by one measure for all recipes.
    private let drives: [Float]
    private let cell: String

    /// Creates the value.
    ///
    /// - Parameter drives: for each render, how strongly its pictures drive their objectives.
    init(_ renderings: [Rendering], of series: RenderSeries, drives: [[Float]], cell: String) throws {
        self.series = series
        self.renderings = renderings
        self.drives = drives.flatMap(\.self)
        self.cell = cell
        pictures = try renderings.flatMap { rendering in
            let whole = try PictureValue(rendering, cell: cell)
            return try rendering.pictures.indices.map { try whole.part($0) }
        }
    }

    var kind: ValueKind { .pictureSheet }
    var kinds: [ValueKind] { [.picture] }
    var elements: [Value]? { pictures.map { .object($0) } }

    var plainText: String {
        let lines = pictures.indices.map { "\(series.captions[$0]): activation \(facts(of: $0))" }
        return ([series.title] + lines).joined(separator: "\n")
    }

    /// The sheet, in which pictures of different sizes are scaled to similar ones.
    var shownSheet: ContactSheet? {
        let images = PictureSheet.fitted(pictures.map(\.image))
        return ContactSheet(
            images.indices.map { .init(images[$0], caption: "\(series.captions[$0])\n\(facts(of: $0))") },
            title: series.title, columns: series.columns)
    }

    /// The common recipe of all pictures, if there is only one: that of a sheet of the same objectives with several
    /// seeds.
    var sheetRecipe: Recipe? {
        guard renderings.allSatisfy({ $0.stop == .finished }), Set(series.jobs.map(\.name)).count == 1 else {
            return nil
        }
        return renderings.dropFirst().reduce(renderings[0].recipe) { sum, rendering in
            var sum = sum
            sum.objectives += rendering.recipe.objectives
            sum.seeds += rendering.recipe.seeds
            return sum
        }
    }

    private func recipeValue() throws -> RecipeValue {
        guard let sheetRecipe else {
            let why =
                Set(series.jobs.map(\.name)).count > 1
                ? "Each of these pictures has a recipe of its own" : "These pictures were interrupted"
            throw CellError(.command, "\(why). Ask one of them: `[0].recipe`.")
        }
        return RecipeValue(sheetRecipe, objectives: renderings.flatMap { $0.pictures.map(\.label) })
    }

    var bundle: MIMEBundle {
        guard let image = shownSheet?.image else { return MIMEBundle(plain: plainText) }
        let json = try? sheetRecipe?.json()
        guard let png = try? PNG.encode(image, texts: json.map { [PNG.recipeKeyword: $0] } ?? [:]) else {
            return MIMEBundle(plain: plainText)
        }
        let (width, height) = SheetDisplay.size(of: image)
        return figure.bundle(
            png: png, of: image, width: width, height: height, plain: plainText, metadata: metadata(json))
    }

    private func metadata(_ json: String?) -> [String: JSON] {
        if let json { return MIMEBundle.metadata(ofRecipe: json) }
        let recipes = renderings.compactMap { try? JSON(parsing: Array($0.recipe.json().utf8)) }
        return ["vitrine": ["recipes": .array(recipes)]]
    }

    static let memberTable: MemberTable<SeriesValue> = [
        .property("activations", .list(.number), "how strongly each picture drives its objective") {
            .array($0.drives.map { .number(shortest($0)) })
        },
        .property("seconds", .list(.number), "how long each picture's render took") {
            .array($0.pictures.map { .number($0.rendering.seconds) })
        },
        .property("labels", .list(.string), "what distinguishes each picture") {
            .array($0.series.captions.prefix($0.pictures.count).map { .string($0) })
        },
        .property("count", .integer, "how many pictures there are") { .integer($0.pictures.count) },
        .property("recipe", .object(.recipe), "everything needed to make them again, if one recipe made them all") {
            .object(try $0.recipeValue())
        },
        .sheetImage { $0.series.title },
    ]

    func subscripted(_ arguments: [WrittenArgument]) throws -> Value? {
        try arguments.index(of: "picture", below: pictures.count, in: "this sheet").map { .object(pictures[$0]) }
    }

    /// Returns the activation, the render's time and warnings: "3.21, 1.4 s".
    private func facts(of index: Int) -> String {
        let rendering = pictures[index].rendering
        let stop = rendering.stop == .finished ? [] : ["interrupted"]
        let notes = pictures[index].pictures.flatMap { $0.notes.map(\.brief) }
        return ([Double(drives[index]).formatted(digits: 2), rendering.timeInWords] + stop + notes)
            .joined(separator: ", ")
    }

    private var figure: Figure {
        let missing = series.captions.count - pictures.count
        let steps = Set(renderings.map(\.stepsInWords))
        let total = renderings.filter { !$0.isKept }.reduce(0) { $0 + $1.seconds }
        let facts =
            [steps.count == 1 ? "\(renderings[0].stepsInWords) each" : ""]
            + [total > 0 ? duration(total) : "from the cache"]
            + [missing > 0 ? "interrupted: \(missing) not started" : ""]
        let tables = series.jobs.prefix(renderings.count).enumerated().compactMap { index, job in
            series.jobs.firstIndex { $0.name == job.name } == index
                ? Figure.Detail.table(
                    RecipeTable(
                        recipe: renderings[index].recipe, objectives: renderings[index].pictures.map(\.label)
                    ).table, title: "recipe .\(job.name.rawValue)") : nil
        }
        return Figure(
            alt: "Sheet of pictures: \(series.title): \(series.captions.joined(separator: "; "))",
            caption: [series.title, facts.filter { !$0.isEmpty }.joined(separator: " · ")],
            details: [.cell(cell)] + tables, fileName: fileName(of: series.title) + ".png")
    }
}
