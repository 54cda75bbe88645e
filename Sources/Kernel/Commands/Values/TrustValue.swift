import Cells
import Jupyter
import VitrineEngine

/// The result of `trust(objective, in:)`: whether a picture is to be trusted.
final class TrustValue: TabledObject, Displayable, SheetValue {
    private let trust: Trust
    /// The pictures of all runs, with the recipe that makes them again.
    private let pictures: PictureValue

    init(_ trust: Trust) throws(EngineError) {
        self.trust = trust
        pictures = try PictureValue(trust.rendering)
    }

    var kind: ValueKind { .trust }
    var kinds: [ValueKind] { [.trust, .picture] }
    var plainText: String { trust.sentences + "\n\n" + display.plain }
    var shownSheet: ContactSheet? { trust.sheet }
    var sheetRecipe: Recipe? { trust.rendering.recipe }
    var bundle: MIMEBundle {
        var bundle = display.bundle
        let words = "<p style=\"max-width:46em\">\(escaped(trust.sentences))</p>"
        bundle.data["text/plain"] = .string(plainText)
        bundle.data["text/html"] = .string(words + (bundle.data["text/html"]?.string ?? ""))
        return bundle
    }

    static let memberTable: MemberTable<TrustValue> = [
        .property("words", .string, "the report in plain words") { .string($0.trust.sentences) },
        .property("path", .list(.number), "how alike the way of pictures and photographs is, by block") {
            .array($0.trust.path.map { .number($0.similarity) })
        },
        .property("solved", .number, "the share of tasks in which the pictures tell strong from weak photographs") {
            $0.trust.interpretability.map { .number(Double($0.solved) / Double(max($0.tasks, 1))) } ?? .nothing
        },
        .property("score", .number, "the machine interpretability score, 0.5 for pictures that say nothing") {
            $0.trust.interpretability.map { .number($0.score) } ?? .nothing
        },
        .property("agreement", .number, "how much pictures of several seeds agree, 0 to 1") {
            .number(shortest($0.trust.agreement))
        },
        .property("causes", .list(.string), "the parts that were taken out") {
            .array(($0.trust.causes?.parts ?? []).map { .string($0) })
        },
        .property("leftOnPhotographs", .number, "the share of the response to photographs that is left without them") {
            $0.trust.causes.map { .number($0.leftOnPhotographs) } ?? .nothing
        },
        .property("leftOnPictures", .number, "the share of the response to the pictures that is left without them") {
            $0.trust.causes.map { .number($0.leftOnPictures) } ?? .nothing
        },
        .property("pictures", .object(.pictureSheet), "the pictures; `save` writes them with their recipe") {
            .object($0.pictures)
        },
        .property("plot", .object(.image), "the similarity by block") {
            .object(ImageValue($0.trust.plot.image, name: "the way through the model"))
        },
        .property("table", .object(.table), "the numbers") { .object(TableValue($0.table)) },
        .sheetImage { "trust in \($0.trust.label)" },
    ]

    private var display: StudyDisplay {
        StudyDisplay(
            pictures: [trust.sheet.image] + (trust.path.isEmpty ? [] : [trust.plot.image]),
            title: "Trust in \(trust.label)", tables: [table], recipe: trust.rendering.recipe)
    }

    private var table: Table {
        let path = trust.path.filter { $0.similarity.isFinite }
        let mean = path.isEmpty ? .nan : path.reduce(0.0) { $0 + $1.similarity } / Double(path.count)
        var rows = [
            [
                "way through the blocks", brief(mean), "mean similarity",
                "1: as photographs that drive it; 0: as any photograph (Geirhos 2024)",
            ]
        ]
        if let found = trust.interpretability {
            rows.append([
                "interpretability", "\(found.solved) of \(found.tasks)",
                "score \(found.score.formatted(digits: 3)), by \(found.encoder)’s embedding",
                "tasks in which pictures tell strong from weak photographs (Zimmermann 2024)",
            ])
        }
        rows.append(["agreement", brief(Double(trust.agreement)), "between seeds", "1: the same picture to the model"])
        if let found = trust.causes {
            rows.append([
                "left without causes", percent(found.leftOnPhotographs),
                "on photographs, \(percent(found.leftOnPictures)) on pictures", found.parts.joined(separator: ", "),
            ])
        }
        return Table(
            headings: ["", "", "", ""], rows: rows, codeColumns: [],
            footnote: "\(trust.model), \(trust.rendering.pictures.count) pictures, \(trust.reading.words). On average "
                + "\(trust.label) is \(brief(trust.usual)) on photographs; "
                + "\(brief(Double(trust.strongestScores.first ?? .nan))) on the strongest, "
                + "\(brief(Double(trust.activations.max() ?? .nan))) on the strongest picture."
                + (trust.wasInterrupted ? " Interrupted: results so far." : ""))
    }
}
