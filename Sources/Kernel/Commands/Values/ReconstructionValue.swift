import Cells
import Jupyter
import VitrineEngine

/// The result of `reconstruct(photo, from:)`: the reconstructed photograph, and how close it is.
final class ReconstructionValue: TabledObject, Displayable, SheetValue {
    private let result: Reconstruction
    /// The pictures alone, with the recipe that makes them again.
    let picture: PictureValue

    init(_ result: Reconstruction) throws(EngineError) {
        self.result = result
        picture = try PictureValue(result.rendering)
    }

    var kind: ValueKind { .reconstruction }
    var kinds: [ValueKind] { [.reconstruction, .picture] }
    var plainText: String { display.plain }
    var shownSheet: ContactSheet? { result.sheet }
    var sheetRecipe: Recipe? { result.rendering.recipe }
    var bundle: MIMEBundle { display.bundle }

    static let memberTable: MemberTable<ReconstructionValue> = [
        .property("picture", .object(.picture), "the picture alone; `save` writes it with its recipe") {
            .object($0.picture)
        },
        .property("recipe", .object(.recipe), "everything needed to make it again") { .object($0.picture.recipe) },
        .property("errors", .dictionary, "the numbers of the first picture; `table` has them all") {
            .dictionary(numbers(of: $0.result.parts[0].errors))
        },
        .property("table", .object(.table), "how far each picture is from the photograph") {
            .object(TableValue($0.table))
        },
        .property("history", .object(.history), "the objective at each step, as a plot and as numbers") {
            .object($0.picture.history)
        },
        .property("steps", .integer, "how many steps it took") { .integer($0.result.rendering.steps) },
        .property("seconds", .number, "how long it took") { .number($0.result.rendering.seconds) },
        .property("count", .integer, "how many pictures there are") { .integer($0.result.parts.count) },
        .sheetImage { "reconstruction of \($0.result.reference.name)" },
    ]

    private var display: StudyDisplay {
        StudyDisplay(
            pictures: [result.sheet.image], title: "“\(result.reference.name)” reconstructed by \(result.model)",
            tables: [table], recipe: result.rendering.recipe)
    }

    private var table: Table {
        var rows: [[String]] = []
        for part in result.parts {
            let errors = part.errors
            rows.append([part.source.words, "given"] + Self.cells(errors.inside, errors.pixelsInside))
            if errors.outside != nil || errors.pixelsOutside != nil {
                rows.append(["", "the rest"] + Self.cells(errors.outside, errors.pixelsOutside))
            }
        }
        let stop = result.rendering.stop == .finished ? "" : " Stopped before the end."
        return Table(
            headings: [
                "from", "where", "L1", "recovered", "1 − cosine", "recovered", "pixels, L1", "recovered",
                "pixels alike",
            ], rows: rows, codeColumns: [],
            footnote: "\(result.model), \(result.rendering.steps) steps, \(duration(result.rendering.seconds)).\(stop) "
                + "Recovered: how much of the distance at the start is gone; 100 % is the photograph. Pixels alike: "
                + "correlation; 1 is the photograph. `errors` also holds the distances of the photograph with slight noise."
        )
    }

    private static func cells(
        _ part: ReconstructionErrors.Activations?, _ pixels: ReconstructionErrors.Pixels?
    ) -> [String] {
        [part?.l1, part?.cosine, pixels?.l1].flatMap(cells) + [pixels.map { brief($0.correlation) } ?? "–"]
    }

    /// Returns the cells of a distance: the distance, and how much of it was recovered.
    private static func cells(_ distance: ComparedDistance?) -> [String] {
        [distance.map { brief($0.picture) } ?? "–", distance?.recovered.map(percent) ?? "–"]
    }

    private static func numbers(of errors: ReconstructionErrors) -> ValueDictionary {
        var numbers = ValueDictionary()
        func add(_ name: String, _ distance: ComparedDistance?) {
            guard let distance else { return }
            numbers[.string(name)] = .number(distance.picture)
            numbers[.string("\(name) of the noisy photograph")] = .number(distance.noisy)
            numbers[.string("\(name) at the start")] = .number(distance.start)
        }
        add("L1 inside", errors.inside.l1)
        add("L1 outside", errors.outside?.l1)
        add("cosine inside", errors.inside.cosine)
        add("cosine outside", errors.outside?.cosine)
        add("pixels inside", errors.pixelsInside?.l1)
        add("pixels outside", errors.pixelsOutside?.l1)
        if let inside = errors.pixelsInside { numbers[.string("alike inside")] = .number(inside.correlation) }
        if let outside = errors.pixelsOutside { numbers[.string("alike outside")] = .number(outside.correlation) }
        return numbers
    }
}
