import Cells
import Jupyter
import VitrineEngine

/// The result of `faithfulness(maps)`: what is left of an objective when the pixels that maps name are taken away.
final class FaithfulnessValue: TabledObject, Displayable, SheetValue {
    private let test: Faithfulness

    init(_ test: Faithfulness) { self.test = test }

    var kind: ValueKind { .faithfulness }
    var kinds: [ValueKind] { [.faithfulness, .picture] }
    var plainText: String { display.plain }
    var bundle: MIMEBundle { display.bundle }
    var shownSheet: ContactSheet? { ContactSheet([.init(test.plot.image, caption: "")] + test.maps.map(\.entry)) }

    static let memberTable: MemberTable<FaithfulnessValue> = [
        numbers("deletion", "the area under each map's deletion curve, the random map's last; small is good") {
            $0.deletionArea
        },
        numbers("insertion", "the area under each map's insertion curve; large is good") { $0.insertionArea },
        numbers("muFidelity", "each map's rank correlation with the loss for random parts; large is good") {
            $0.muFidelity
        },
        .property("curves", .object(.tensor), "deletion and insertion, maps × 2 × steps") { value in
            let scores = value.test.scores
            let steps = scores.first?.deletion.count ?? 0
            return .object(
                TensorValue(
                    Tensor(scores.flatMap { $0.deletion + $0.insertion }, shape: [scores.count, 2, steps]),
                    title: "deletion and insertion", shapeWords: "\(scores.count) maps × 2 curves × \(steps) points"))
        },
        .property("labels", .list(.string), "the maps' names") { .array($0.test.scores.map { .string($0.label) }) },
        .property("plot", .object(.image), "the curves") {
            .object(ImageValue($0.test.plot.image, name: "faithfulness"))
        },
        .property("table", .object(.table), "the numbers") { .object(TableValue($0.table)) },
        .sheetImage { _ in "faithfulness" },
    ]

    private static func numbers(
        _ name: String, _ summary: String, _ number: @escaping @Sendable (Faithfulness.Score) -> Float
    ) -> Member<FaithfulnessValue> {
        .property(name, .list(.number), summary) { .array($0.test.scores.map { .number(shortest(number($0))) }) }
    }

    private var display: StudyDisplay {
        StudyDisplay(
            pictures: [test.plot.image, ContactSheet(test.maps.map(\.entry)).image],
            title: "Faithfulness of maps of \(test.label)", tables: [table])
    }

    private var table: Table {
        let hasClass = test.scores.first?.firstWhileStrongestMasked != nil
        return Table(
            headings: [
                "map", "deletion ↓", "insertion ↑", "MuFidelity ↑", "10–90 %, strongest ↓", "10–90 %, weakest ↑",
            ]
                + (hasClass ? ["still first, strongest ↓", "still first, weakest ↑"] : []),
            rows: test.scores.map { score in
                [
                    score.label, brief(Double(score.deletionArea)), brief(Double(score.insertionArea)),
                    brief(Double(score.muFidelity)), brief(Double(score.strongestMaskedMean)),
                    brief(Double(score.weakestMaskedMean)),
                ]
                    + (hasClass
                        ? [
                            score.firstWhileStrongestMasked.map { "\($0) of 9" } ?? "–",
                            score.firstWhileWeakestMasked.map { "\($0) of 9" } ?? "–",
                        ] : [])
            }, codeColumns: [],
            footnote:
                "\(test.label) of \(test.model) is \(brief(Double(test.value))) on the photograph and "
                + "\(brief(Double(test.baseline))) on the mean color. \(test.settings.steps) steps; MuFidelity: "
                + "\(test.settings.samples) samples of \(percent(Double(test.settings.share))) of a grid of "
                + "\(test.settings.grid) × \(test.settings.grid), rank correlation. A map that is no better than the random one "
                + "explains nothing." + (test.wasInterrupted ? " Interrupted: results so far." : ""))
    }
}
