import Cells
import Jupyter
import VitrineEngine

/// The result of `monosemanticity`: a score for each neuron of a layer.
final class MonosemanticityValue: TabledObject, Displayable, SheetValue {
    private let found: Monosemanticity
    private let model: Model
    /// The strongest photographs of the best neurons.
    private let sheet: ContactSheet?

    init(_ found: Monosemanticity, of model: Model) {
        self.found = found
        self.model = model
        sheet = Self.sheet(of: found)
    }

    var kind: ValueKind { .monosemanticity }
    var kinds: [ValueKind] { [.monosemanticity, .picture] }
    var plainText: String { table(shown: Self.shownCount).plain }
    var shownSheet: ContactSheet? { sheet }
    var bundle: MIMEBundle {
        StudyDisplay(
            pictures: sheet.map { [$0.image] } ?? [], title: "Single-minded neurons of \(found.layer)",
            tables: [table(shown: Self.shownCount)]
        ).bundle
    }

    private static let count = Argument<Int>("count", label: nil, summary: "how many")

    static let memberTable: MemberTable<MonosemanticityValue> = [
        .property("scores", .list(.number), "the score of each neuron, in their order; nil for one that never changes")
        {
            .array($0.found.scores.map { $0.map { .number($0) } ?? .nothing })
        },
        .property("median", .number, "the median of the scores") { $0.quantile(0.5).map { .number($0) } ?? .nothing },
        .property("quantiles", .list(.number), "the scores from the least to the largest, at every percent") { value in
            .array((0...100).compactMap { value.quantile(Double($0) / 100) }.map { .number($0) })
        },
        .property("baseline", .number, "the mean cosine of all pairs of photographs") { .number($0.found.baseline) },
        .property("count", .integer, "how many neurons have a score") { .integer($0.found.sorted.count) },
        .property("neurons", .list(.integer), "the neurons that have a score, the most single-minded first") {
            .array($0.found.ranked.map { .integer($0) })
        },
        .property("photographs", .list(.list(.string)), "the photographs that drive each neuron most, in their order") {
            .array($0.found.photographs.map { .array($0.map { .string($0) }) })
        },
        .method(
            Signature(
                "best", [count], result: .object(.targetList),
                summary: "The most single-minded neurons, to be rendered.",
                example: "render(monosemanticity(sae, in: \"photographs\", by: mixer).best(10))", isPure: true)
        ) { value, arguments in
            let wanted = arguments[count]
            guard (1...max(value.found.ranked.count, 1)).contains(wanted), !value.found.ranked.isEmpty else {
                throw arguments.complaint(
                    about: count,
                    "`best` takes a number from 1 to \(value.found.ranked.count), as many as have a score.")
            }
            let targets = value.found.ranked.prefix(wanted).map {
                Target(model: value.model.name, layer: value.found.layer, features: .indices([$0]))
            }
            return .object(TargetListValue(value.model, Array(targets)))
        },
        .property("table", .object(.table), "all neurons with their scores, the best first") {
            .object(TableValue($0.table(shown: .max)))
        },
        .sheetImage { "single-minded neurons of \($0.found.layer)" },
    ]

    /// How many neurons are shown before `.table` is asked for.
    private static let shownCount = 10

    /// Returns the score that a share of the neurons does not exceed, between neighbors in proportion, as NumPy does.
    private func quantile(_ share: Double) -> Double? {
        let sorted = found.sorted
        guard let last = sorted.last else { return nil }
        let place = share * Double(sorted.count - 1)
        let index = Int(place)
        guard index + 1 < sorted.count else { return last }
        return sorted[index] + (place - Double(index)) * (sorted[index + 1] - sorted[index])
    }

    private func table(shown: Int) -> Table {
        let rows = found.ranked.prefix(shown).map { neuron in
            let files = found.photographs[neuron].map { $0.split(separator: "/").last.map(String.init) ?? $0 }
            return ["\(neuron)", (found.scores[neuron] ?? 0).formatted(digits: 3), files.joined(separator: ", ")]
        }
        return Table(
            headings: [Target.featureNoun(of: found.layer), "score", "strongest photographs"], rows: Array(rows),
            codeColumns: [],
            footnote: footnote(more: found.ranked.count - rows.count))
    }

    private func footnote(more: Int) -> String {
        let silent = found.scores.count - found.ranked.count
        func number(_ share: Double) -> String { (quantile(share) ?? 0).formatted(digits: 3) }
        return (more > 0 ? "… and \(more) more: `.table` has all. " : "")
            + "\(found.layer) of \(found.model): the median of \(found.ranked.count) is \(number(0.5)), nine in ten lie "
            + "between \(number(0.05)) and \(number(0.95)); any two of \(found.reading.words) have a mean cosine of "
            + "\(found.baseline.formatted(digits: 3)) in \(found.judgeLayer) of \(found.judge)."
            + (found.baseline > Self.alike
                ? " To it nearly all are alike, so a score says little: name another model or layer with `by:`."
                : "")
            + (silent > 0 ? " \(silent) never change, or only for one photograph, and have no score." : "")
    }

    /// The mean cosine of all pairs above which a judge hardly tells photographs apart: the scores lie between it and 1.
    private static let alike = 0.9

    /// How many photographs of a neuron are shown.
    private static let shownPhotographs = 4

    private static func sheet(of found: Monosemanticity) -> ContactSheet? {
        var images: [String: Image] = [:]
        var entries: [ContactSheet.Entry] = []
        let noun = Target.featureNoun(of: found.layer)
        for neuron in found.ranked.prefix(shownCount) {
            for (place, path) in found.photographs[neuron].prefix(shownPhotographs).enumerated() {
                guard let image = images[path] ?? (try? Image(contentsOf: path)) else { return nil }
                let sides = PixelSize(width: image.width, height: image.height).scaled(toLongerSide: 128)
                let small = images[path] ?? image.resized(width: sides.width, height: sides.height, by: .bilinear)
                images[path] = small
                let score = (found.scores[neuron] ?? 0).formatted(digits: 3)
                entries.append(.init(small, caption: place == 0 ? "\(noun) \(neuron): \(score)" : ""))
            }
        }
        guard !entries.isEmpty else { return nil }
        let perRow = min(shownPhotographs, found.photographs.first?.count ?? shownPhotographs)
        return ContactSheet(
            entries, title: "\(found.layer) of \(found.model): the strongest photographs of the most single-minded",
            columns: 2 * perRow)
    }
}
