import Cells
import Jupyter
import VitrineEngine

/// The result of `consistency(objective, runs:)`: independent pictures, and how well they agree.
final class ConsistencyValue: TabledObject, Displayable, SheetValue {
    private let study: Consistency
    /// The pictures of all runs, with the recipe that makes them again.
    let pictures: PictureValue

    init(_ study: Consistency) throws(EngineError) {
        self.study = study
        pictures = try PictureValue(study.rendering)
    }

    var kind: ValueKind { .consistencyStudy }
    var kinds: [ValueKind] { [.consistencyStudy, .picture] }
    var plainText: String { display.plain }
    var shownSheet: ContactSheet? { study.sheet }
    var sheetRecipe: Recipe? { study.rendering.recipe }
    var bundle: MIMEBundle { display.bundle }

    static let memberTable: MemberTable<ConsistencyValue> = [
        .property("score", .number, "how much the runs of the first objective agree, 0 to 1") {
            .number(shortest($0.first.score))
        },
        .property("scores", .list(.number), "the same for each objective") {
            .array($0.study.objectives.map { .number(shortest($0.score)) })
        },
        .property("activations", .list(.number), "the activations of the first objective's runs") {
            .array($0.first.activations.map { .number(shortest($0)) })
        },
        .property("similarity", .object(.tensor), "how similar its runs are to the model, runs × runs") {
            .object(
                TensorValue($0.first.featureSimilarity, title: "similarity of runs", shapeWords: $0.runsByRuns))
        },
        .property("pixels", .object(.tensor), "the correlation of its runs' pixels, runs × runs") {
            .object(
                TensorValue($0.first.pixelCorrelation, title: "correlation of pixels", shapeWords: $0.runsByRuns))
        },
        .property("cross", .object(.tensor), "how strongly each objective's pictures drive the others, by row") {
            let count = $0.study.objectives.count
            return .object(
                TensorValue(
                    $0.study.relativeCrossActivation, title: "how strongly pictures (columns) drive objectives (rows)",
                    shapeWords: "\(count) objectives × \(count) objectives"))
        },
        .property(
            "beatsPhotographs", .boolean,
            "whether the first objective's weakest picture is stronger than the strongest photograph"
        ) { $0.first.naturalTest.map { .boolean($0.isPassed) } ?? .nothing },
        .property("photographs", .object(.photographList), "the strongest photographs for the first objective") {
            $0.first.naturalTest.map { .object(TopImagesValue($0.images)) } ?? .nothing
        },
        .property(
            "pictures", .object(.pictureSheet), "the pictures of all runs; `save` writes them with their recipe"
        ) { .object($0.pictures) },
        .property("recipe", .object(.recipe), "everything needed to make them again") {
            .object($0.pictures.recipe)
        },
        .property("table", .object(.table), "the numbers") { .object(TableValue($0.table)) },
        .sheetImage { _ in "consistency" },
    ]

    private var first: Consistency.Runs { study.objectives[0] }

    private var runsByRuns: String { "\(first.pictures.count) runs × \(first.pictures.count) runs" }

    private var display: StudyDisplay {
        StudyDisplay(
            pictures: [study.sheet.image],
            title: "Consistency of \(study.objectives.map(\.label).joined(separator: ", "))",
            tables: study.objectives.count > 1 ? [table, crossTable] : [table],
            recipe: study.rendering.recipe)
    }

    private var table: Table {
        let hasTest = study.objectives.contains { $0.naturalTest != nil }
        return Table(
            headings: ["objective", "agreement", "pixels alike", "activation of the runs", "on baseline pictures"]
                + (hasTest ? ["on the strongest photograph", "beaten by the weakest run"] : []),
            rows: study.objectives.map { runs in
                let activations = runs.activations.map(Double.init)
                return [
                    runs.label, brief(Double(runs.score)), brief(Double(runs.meanPixelCorrelation)),
                    "\(brief(activations.min() ?? 0)) to \(brief(activations.max() ?? 0)), "
                        + "mean \(brief(Double(runs.meanActivation)))",
                    "\(brief(Double(runs.baselineActivation.mean))) ± "
                        + brief(Double(runs.baselineActivation.deviation)),
                ]
                    + (hasTest
                        ? [
                            runs.naturalTest.map { brief(Double($0.strongest)) } ?? "–",
                            runs.naturalTest.map { $0.isPassed ? "yes" : "no" } ?? "–",
                        ] : [])
            }, codeColumns: [], footnote: footnote(hasTest: hasTest))
    }

    private func footnote(hasTest: Bool) -> String {
        let runs = study.objectives.first?.pictures.count ?? 0
        let rendering = study.rendering
        let reading = study.objectives.first?.naturalTest?.images.reading
        return "\(study.model), \(runs) runs, \(rendering.steps) steps, \(duration(rendering.seconds))."
            + (study.wasInterrupted ? " Interrupted: results so far." : "")
            + " Agreement: how similar the runs are to the model; 1 is identical. Pictures of different neurons reach about "
            + "0.1 to 0.5. Baseline pictures have natural magnitudes and random phases."
            + (reading.map { " Photographs: \($0.words), “\($0.folder)”." } ?? "")
    }

    private var crossTable: Table {
        let count = study.objectives.count
        return Table(
            headings: ["driven by the pictures of →"] + (1...count).map { "(\($0))" },
            rows: study.objectives.enumerated().map { row, runs in
                ["(\(row + 1)) \(runs.label)"]
                    + (0..<count).map { brief(Double(study.relativeCrossActivation.values[row * count + $0])) }
            }, codeColumns: [],
            footnote: "1 is how strongly an objective's own pictures drive it, 0 how strongly baseline pictures do.")
    }
}
