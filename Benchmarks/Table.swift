import Foundation

/// The measurements side by side, a column for each model.
struct Table {
    private var columns: [Measurement] = []

    mutating func add(_ measurement: Measurement) { columns.append(measurement) }

    /// Medians, as lines of text.
    var text: String {
        var rows: [[String]] = []
        func row(_ title: String, _ value: (Measurement) -> String) {
            rows.append([title] + columns.map(value))
        }
        func time(_ title: String, _ part: @escaping (StepTimes) -> Double) {
            row(title) { milliseconds($0.steps.map(part).median) }
        }
        row("") { $0.model }
        row("") { "\($0.layer), \($0.size.width) px" }
        time("step, ms") { $0.whole.elapsed }
        row("  quickest tenth") { milliseconds($0.steps.map(\.whole.elapsed).sorted()[$0.steps.count / 10]) }
        time("  parameterization") { $0.parameterization }
        time("  transforms, objective") { $0.transforms }
        time("  forward") { $0.forward }
        time("  gradient") { $0.gradient }
        time("  optimizer") { $0.optimizer }
        time("on all cores together, ms") { $0.whole.processor }
        if columns.contains(where: { !$0.frames.isEmpty }) {
            row("a live frame besides, ms") { milliseconds($0.frames.median) }
        }
        row("operations of the model, GFLOP") { number(Double($0.operationCount) / 1e9, 2) }
        row("rate in the model, GFLOP/s") { measurement in
            let model = measurement.steps.map { $0.forward + $0.gradient }.median
            return number(Double(measurement.operationCount) / model / 1e9, 0)
        }
        row("OpenBLAS 2048³, 1 thread, GFLOP/s") { number($0.productRates.alone.median / 1e9, 0) }
        row("OpenBLAS 2048³, all threads, GFLOP/s") { number($0.productRates.together.median / 1e9, 0) }
        for kind in PyTorchSteps.Kind.allCases where columns.contains(where: { $0.pytorch[kind] != nil }) {
            let title = "PyTorch, \(kind == .whole ? "whole model" : "cut at the layer")"
            row("\(title), ms") { milliseconds($0.pytorch[kind]?.map(\.elapsed).median) }
            row("  times ours") { measurement in
                number(ratio(measurement, kind, \.elapsed), 2)
            }
            row("  on all cores, times ours") { number(ratio($0, kind, \.processor), 2) }
        }
        return aligned(rows)
    }

    private func ratio(
        _ measurement: Measurement, _ kind: PyTorchSteps.Kind, _ time: KeyPath<StepTimes.Whole, Double>
    ) -> Double? {
        measurement.pytorch[kind].map { theirs in
            theirs.map { $0[keyPath: time] }.median
                / measurement.steps.map { $0.whole[keyPath: time] }.median
        }
    }

    private func milliseconds(_ seconds: Double?) -> String { number(seconds.map { $0 * 1000 }, 2) }

    private func number(_ value: Double?, _ digits: Int) -> String {
        value.flatMap { $0.isFinite ? String(format: "%.\(digits)f", $0) : nil } ?? "–"
    }

    private func aligned(_ rows: [[String]]) -> String {
        let widths = (0...columns.count).map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            row.enumerated().map { column, text in
                let space = String(repeating: " ", count: widths[column] - text.count)
                return column == 0 ? text + space : space + text
            }.joined(separator: "  ")
        }.joined(separator: "\n")
    }
}
