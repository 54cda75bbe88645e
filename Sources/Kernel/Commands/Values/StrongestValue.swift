import Cells
import Jupyter
import VitrineEngine

/// The result of `strongest(for:in:)`: neurons, which can be rendered, with their pictures.
final class StrongestValue: TabledObject, Displayable, SheetValue {
    /// The neurons, each over all patches.
    let targets: TargetListValue
    private let found: StrongestNeurons
    private let model: Model
    private let pictures: PictureValue?
    private let names: [String]

    /// Creates the value.
    ///
    /// - Parameter rendering: the neurons' pictures; nil if they were not made.
    init(_ found: StrongestNeurons, of model: Model, rendering: PictureValue?) {
        self.found = found
        self.model = model
        pictures = rendering
        names = found.names(in: model)
        targets = TargetListValue(model, found.findings.map(\.neuronTarget))
    }

    var kind: ValueKind { .strongestNeurons }
    var kinds: [ValueKind] { [.strongestNeurons, .targetList, .objective, .picture] }
    var plainText: String { table.plain }
    var shownSheet: ContactSheet? {
        pictures.map { found.sheet(beside: $0.pictures.map(\.image), names: names) } ?? found.sheet
    }
    var bundle: MIMEBundle {
        let shown = (shownSheet ?? found.sheet).image
        let facts = pictures.map { ["\($0.rendering.stepsInWords) · \($0.rendering.timeInWords)"] } ?? []
        return SheetDisplay(
            shown,
            title:
                "\(typeWords.prefix(1).uppercased())\(typeWords.dropFirst()) of \(found.usual.layer) of \(model.name)",
            facts: facts, plain: plainText
        ).bundle
    }
    var elements: [Value]? { targets.elements }

    static let memberTable: MemberTable<StrongestValue> = [
        .property("neurons", .list(.integer), "the neurons' indices, the most unusual first") {
            .array($0.found.findings.map { .integer($0.neuron) })
        },
        .property("patches", .list(.integer), "the patch in which each responds most") {
            .array($0.found.findings.map { $0.patch.map { .integer($0.index) } ?? .nothing })
        },
        .property("activations", .list(.number), "the activation in that patch") {
            .array($0.found.findings.map { .number(shortest($0.value)) })
        },
        .property("deviations", .list(.number), "how many standard deviations that is above the neuron's mean") {
            .array($0.found.findings.map { .number(shortest($0.zScore)) })
        },
        .property("targets", .object(.targetList), "the neurons over all patches; `[0]` is the first") {
            .object($0.targets)
        },
        .property("patchTargets", .object(.targetList), "the neurons in their patch alone") {
            .object(TargetListValue($0.model, $0.found.findings.map(\.target)))
        },
        .property("maps", .list(.object(.heatMap)), "each neuron's deviations in all patches") { strongest in
            .array(strongest.found.maps.map { .object(HeatMapValue($0, title: strongest.layerName)) })
        },
        .property("pictures", .object(.pictureSheet), "the neurons' pictures, if they were made") {
            $0.pictures.map { .object($0) } ?? .nothing
        },
        .property("usual", .string, "what they are compared with") { .string($0.found.usual.words) },
        .property("count", .integer, "how many neurons there are") { .integer($0.found.findings.count) },
        .property("table", .object(.table), "the numbers") { .object(TableValue($0.table)) },
        .sheetImage { $0.layerName },
    ]

    /// The layer: "vit blocks.5.mlp".
    private var layerName: String { "\(model.name) \(found.usual.layer)" }

    func subscripted(_ arguments: [WrittenArgument]) throws -> Value? {
        guard let index = try arguments.index(of: "neuron", below: found.findings.count, in: "this list") else {
            return nil
        }
        return targets.elements?[index]
    }

    private var noun: String { Target.featureNoun(of: found.usual.layer) }

    private var table: Table {
        let hasPatches = found.findings.contains { $0.patch != nil }
        let activations = pictures.map { $0.pictures.map(\.activation) }
        return Table(
            headings: [noun] + (hasPatches ? ["strongest in"] : [])
                + ["activation", "deviations above its mean", "usually"]
                + (activations == nil ? [] : ["mean on its picture"]),
            rows: found.findings.enumerated().map { index, finding in
                [String(names[index].trimmingPrefix("\(noun) "))] + (hasPatches ? [finding.patch?.words ?? "–"] : [])
                    + [
                        significant(finding.value), Double(finding.zScore).formatted(digits: 2),
                        "\(significant(finding.usualMean)) ± \(significant(finding.usualDeviation))",
                    ] + (activations.map { [significant($0[index])] } ?? [])
            }, codeColumns: [], footnote: footnote)
    }

    private var footnote: String {
        let compared = "\(found.usual.layer) of \(model.name), compared with \(found.usual.words)."
        let advice =
            found.usual.basis == .photograph
            ? " `against: \"photos\"` compares with a folder of photographs instead." : ""
        return compared + advice + (pictures.map { " Pictures: \($0.rendering.stepsInWords)." } ?? "")
    }
}

extension StrongestNeurons {
    /// Returns the neurons' names: "neuron 42"; for logits, their classes.
    func names(in model: Model) -> [String] {
        findings.map { finding in
            usual.layer == "logits" && model.classes.indices.contains(finding.neuron)
                ? "“\(model.classes[finding.neuron])”" : "\(Target.featureNoun(of: usual.layer)) \(finding.neuron)"
        }
    }
}
