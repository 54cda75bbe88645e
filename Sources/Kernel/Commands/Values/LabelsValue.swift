import Cells
import Jupyter
import VitrineEngine

/// The result of `label`: words for the neurons of a layer.
final class LabelsValue: TabledObject, Displayable, ArgumentValue {
    static var argumentType: ValueType { .object(.labels) }

    /// The words.
    let labels: NeuronLabels
    private let model: Model

    init(_ labels: NeuronLabels, of model: Model) {
        self.labels = labels
        self.model = model
    }

    var kind: ValueKind { .labels }
    var plainText: String { table(shown: Self.shownCount).plain }
    var bundle: MIMEBundle { table(shown: Self.shownCount).bundle }

    /// A pair (neuron, word) for every neuron, in their order.
    var elements: [Value]? {
        labels.entries.map { entry in
            .tuple([
                TupleElement(label: "neuron", .integer(entry.neuron)), TupleElement(label: "word", .string(entry.word)),
            ])
        }
    }

    static let memberTable: MemberTable<LabelsValue> = [
        .property("words", .list(.string), "the best word of each neuron, in the neurons' order") {
            .array($0.labels.entries.map { .string($0.word) })
        },
        .property("scores", .list(.number), "how well that word fits, comparable within this result only") {
            .array($0.labels.entries.map { .number(shortest($0.candidates.first?.score ?? 0)) })
        },
        .property("neurons", .list(.integer), "the neurons' indices") {
            .array($0.labels.entries.map { .integer($0.neuron) })
        },
        .property("alternatives", .list(.list(.string)), "the words that fit each neuron best, the best first") {
            .array($0.labels.entries.map { .array($0.candidates.map { .string($0.word) }) })
        },
        .property("photographs", .list(.list(.string)), "the photographs that drive each neuron most") {
            .array($0.labels.entries.map { .array($0.photographs.map { .string($0) }) })
        },
        .property("targets", .object(.targetList), "the neurons, to be rendered") { value in
            .object(
                TargetListValue(
                    value.model,
                    value.labels.entries.map {
                        Target(model: value.model.name, layer: value.labels.layer, features: .indices([$0.neuron]))
                    }))
        },
        .property("count", .integer, "how many neurons there are") { .integer($0.labels.entries.count) },
        .property("table", .object(.table), "all neurons with their words") {
            .object(TableValue($0.table(shown: .max)))
        },
    ]

    func subscripted(_ arguments: [WrittenArgument]) throws -> Value? {
        guard arguments.count == 1, let neuron = arguments[0].value.integer else { return nil }
        guard let entry = labels.entries.first(where: { $0.neuron == neuron }) else {
            throw EngineError.invalidValue(
                what: "The neuron", found: "\(neuron), which has no label here",
                expected: "one of the \(labels.entries.count) of `.neurons`")
        }
        return .string(entry.word)
    }

    /// How many neurons are shown before `.table` is asked for.
    private static let shownCount = 40

    private func table(shown: Int) -> Table {
        let rows = labels.entries.prefix(shown).map { entry in
            [
                "\(entry.neuron)", entry.word, significant(entry.candidates.first?.score ?? 0),
                entry.candidates.dropFirst().map(\.word).joined(separator: ", "),
            ]
        }
        let more = labels.entries.count - rows.count
        return Table(
            headings: [Target.featureNoun(of: labels.layer), "word", "score", "next best"], rows: Array(rows),
            codeColumns: [],
            footnote: (more > 0 ? "… and \(more) more: `.table` has all. " : "") + footnote)
    }

    private var footnote: String {
        let photographs = labels.photographsPerNeuron
        let each = photographs == 1 ? "the strongest photograph" : "the \(photographs) strongest photographs"
        let cut = labels.cutOffCount
        return
            "\(labels.layer) of \(labels.model): the best of \(labels.wordCount) words for \(each) of each \(Target.featureNoun(of: labels.layer)), among "
            + "\(labels.reading.words), as \(labels.reader) reads them (CLIP-Dissect, SoftWPMI)."
            + (cut > 0 ? " \(cut) \(cut == 1 ? "text was" : "texts were") too long and cut off." : "")
    }
}
