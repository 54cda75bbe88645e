import Cells
import Jupyter
import VitrineEngine

/// The history of an objective over the steps: a plot, and the numbers.
final class HistoryValue: TabledObject, Displayable {
    /// The objective's value at each step, on the transformed picture.
    let values: [Float]
    private let label: String
    private let stages: [Int]

    /// Creates the value.
    ///
    /// - Parameter stages: the number of steps in each stage of the recipe.
    init(_ values: [Float], label: String, stages: [Int]) {
        self.values = values
        self.label = label
        self.stages = stages
    }

    var kind: ValueKind { .history }
    var elements: [Value]? { values.map { .number(shortest($0)) } }

    var plainText: String {
        guard let first = values.first, let last = values.last, let most = values.max() else {
            return "\(label): no steps"
        }
        return
            "\(label): \(shortest(first)) at step 1, \(shortest(last)) at step \(values.count), at most \(shortest(most))"
    }

    static let memberTable: MemberTable<HistoryValue> = [
        .property("values", .list(.number), "the objective at each step, on the transformed picture") {
            .array($0.elements ?? [])
        },
        .property("count", .integer, "how many steps there are") { .integer($0.values.count) },
        .property("first", .number, "its value at the first step") {
            $0.values.first.map { .number(shortest($0)) } ?? .nothing
        },
        .property("last", .number, "its value at the last step") {
            $0.values.last.map { .number(shortest($0)) } ?? .nothing
        },
        .property("max", .number, "its largest value") { $0.values.max().map { .number(shortest($0)) } ?? .nothing },
        .property("image", .object(.image), "the plot") { .object(ImageValue($0.plot.image, name: "history")) },
    ]

    func subscripted(_ arguments: [WrittenArgument]) throws -> Value? {
        guard let index = try arguments.index(of: "step", below: values.count, in: "this history") else {
            return nil
        }
        return .number(shortest(values[index]))
    }

    func isEqual(to other: any CellObject) -> Bool { (other as? HistoryValue)?.values == values }

    var bundle: MIMEBundle { SheetDisplay(plot.image, title: "History of \(label)", plain: plainText).bundle }

    /// The plot, with a line for each stage.
    private var plot: LinePlot {
        var lines: [LinePlot.Line] = []
        var start = 0
        for (number, steps) in stages.enumerated() where start < values.count {
            let part = values[start..<min(start + steps, values.count)]
            lines.append(
                LinePlot.Line(
                    stages.count > 1 ? "stage \(number + 1)" : "", values: part.map(Double.init), first: start + 1))
            start += steps
        }
        return LinePlot(lines, title: label, xLabel: "step", yLabel: "objective on the transformed picture")
    }
}
