import Cells
import Jupyter
import VitrineEngine

/// The result of `usualLevel(at:in:)`.
final class UsualLevelValue: TabledObject, Displayable, ArgumentValue {
    static var argumentType: ValueType { .object(.usualLevel) }

    /// The level.
    let level: UsualLevel

    init(_ level: UsualLevel) { self.level = level }

    var kind: ValueKind { .usualLevel }
    var plainText: String { card.plain }
    /// The plot of the level, and the card below it.
    var bundle: MIMEBundle {
        let plot = Self.plot(of: level).image
        guard let png = try? PNG.encode(plot) else { return card.bundle }
        let (width, height) = SheetDisplay.size(of: plot)
        let title = "Usual level of \(level.layer) of \(level.model)"
        var bundle = MIMEBundle(png: png, width: width, height: height, alt: title, plain: plainText)
        let parts = [StudyDisplay.html(plot, title), card.bundle.data["text/html"]?.string]
        bundle.data["text/html"] = .string(parts.compactMap { $0 }.joined(separator: "\n"))
        return bundle
    }

    /// Plots the neurons' means in ascending order, with lines at one standard deviation above and below.
    static func plot(of level: UsualLevel) -> LinePlot {
        let order = level.mean.indices.sorted { level.mean[$0] < level.mean[$1] }
        func line(_ label: String, _ deviations: Float, _ stroke: LinePlot.Line.Stroke) -> LinePlot.Line {
            LinePlot.Line(
                label, values: order.map { Double(level.mean[$0] + deviations * level.deviation[$0]) }, color: 0,
                stroke: stroke)
        }
        return LinePlot(
            [line("mean", 0, .solid), line("± one deviation", 1, .dotted), line("", -1, .dotted)],
            title: "\(level.layer) of \(level.model), \(level.words)",
            xLabel: "neurons, by their mean", yLabel: "activation")
    }

    static let memberTable: MemberTable<UsualLevelValue> = [
        .property("mean", .object(.tensor), "each neuron's mean") { .object($0.tensor($0.level.mean, "mean")) },
        .property("deviation", .object(.tensor), "each neuron's standard deviation") {
            .object($0.tensor($0.level.deviation, "deviation"))
        },
        .property("count", .integer, "the number of patches, or of photographs in a layer without patches") {
            .integer($0.level.count)
        },
    ]

    private func tensor(_ values: [Float], _ what: String) -> TensorValue {
        TensorValue(
            Tensor(values, shape: [values.count]),
            title: "\(what) of \(level.layer) of \(level.model) over \(level.words)",
            shapeWords: "\(values.count) features")
    }

    private var card: Card {
        var rows = [
            (name: "layer", text: "\(level.layer) of \(level.model)"),
            (name: "measured on", text: level.words),
            (name: "neurons", text: String(level.mean.count)),
        ]
        if case .folder(let reading) = level.basis {
            rows += reading.skipped.map { (name: "skipped", text: $0.reason) }
        }
        return Card(title: "usual level", rows: rows)
    }
}
