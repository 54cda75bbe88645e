import Foundation
import VitrineEngine

/// A table of heat maps' smallest and largest numbers, a row for each map.
struct HeatMapTable {
    /// The maps.
    let maps: [HeatMap]
    /// The noun for an element of a map: "patch" or "pixel".
    var element = "patch"

    /// The largest number of rows.
    private static let longest = 24

    /// The rows with their headings.
    var table: Table {
        let special = maps.first?.special.map(\.token) ?? []
        return Table(
            headings: ["map", "smallest", "largest", "in \(element)"] + special,
            rows: maps.prefix(Self.longest).map { row($0) }, codeColumns: [],
            footnote: maps.count > Self.longest ? "… and \(maps.count - Self.longest) more." : "")
    }

    private func row(_ map: HeatMap) -> [String] {
        let numbers = map.values.values.filter(\.isFinite)
        let label = map.label.split(separator: "\n").joined(separator: ", ")
        guard let smallest = numbers.min(), let largest = numbers.max(), let best = map.strongest else {
            return [label, "–", "–", "–"] + map.special.map { Self.number($0.value) }
        }
        let columns = map.values.shape[1]
        let index = best.row * columns + best.column
        return [
            label, Self.number(smallest), Self.number(largest),
            element == "patch"
                ? "\(index) (row \(best.row), column \(best.column))" : "row \(best.row), column \(best.column)",
        ] + map.special.map { Self.number($0.value) }
    }

    /// Formats a number with four significant digits: "0.01235".
    private static func number(_ value: Float) -> String {
        value.isFinite ? String(format: "%.4g", Double(value)) : significant(value)
    }
}
