import VitrineEngine

/// A card about a tensor: its shape in words, its statistics, its first numbers.
struct TensorDisplay {
    /// The title: "output of vit".
    let title: String
    /// The shape in words; nil if only the extents are known.
    let shapeWords: String?
    /// The objective's values, if the numbers are a gradient.
    let objective: [Float]?
    /// The numbers.
    let tensor: Tensor

    /// The number of elements that are listed.
    private static let shownCount = 8

    /// The card.
    var card: Card {
        let statistics = TensorStatistics(tensor)
        var rows = [("shape", shape)]
        if let objective { rows.append(("objective", Self.list(objective))) }
        if let minimum = statistics.minimum, let maximum = statistics.maximum {
            rows.append(("range", "\(significant(minimum)) to \(significant(maximum))"))
        }
        if let mean = statistics.mean, let deviation = statistics.deviation {
            rows.append(("mean", "\(significant(mean)), standard deviation \(significant(deviation))"))
        }
        rows.append(("zeros", Self.share(statistics.zeroCount, of: tensor.values.count)))
        if let warning = Self.warning(statistics) { rows.append(("warning", warning)) }
        rows.append((tensor.values.count > Self.shownCount ? "first" : "numbers", Self.list(tensor.values)))
        return Card(title: title, rows: rows.map { (name: $0.0, text: $0.1) })
    }

    private var shape: String {
        let extents = "[\(tensor.shape.dimensions.map(String.init).joined(separator: ", "))]"
        return extents + (shapeWords.map { ", \($0)" } ?? "")
    }

    private static func share(_ count: Int, of total: Int) -> String {
        guard count > 0 else { return "none" }
        return "\((Double(count) / Double(total) * 100).formatted(digits: 1)) %, \(count) of \(total)"
    }

    private static func warning(_ statistics: TensorStatistics) -> String? {
        let nan = statistics.nanCount > 0 ? ["\(statistics.nanCount) NaN"] : []
        let infinite = statistics.infiniteCount > 0 ? ["\(statistics.infiniteCount) infinite"] : []
        guard !(nan + infinite).isEmpty else { return nil }
        return (nan + infinite).joined(separator: " and ") + "; range, mean and deviation leave them out"
    }

    private static func list(_ values: [Float]) -> String {
        guard !values.isEmpty else { return "none" }
        return values.prefix(shownCount).map { significant($0) }.joined(separator: ", ")
            + (values.count > shownCount ? ", …" : "")
    }
}
