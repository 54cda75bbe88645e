import Cells
import VitrineEngine

/// Commands that show numbers: as lines, and as a table.
enum PlotCommands {
    static let all: [Command] = [plot, table]

    private static let values = Argument<Value>(
        "values", label: nil, type: .optional(.any), default: .nothing,
        summary:
            "numbers, or pairs of an x and a y: a list, a tensor, a history; a dictionary gives a line for each entry")
    private static let series = Argument<Value>(
        "series", type: .optional(.oneOf([.list(.any), .dictionary])), default: .nothing,
        summary: "several lines: a list of them, or a dictionary from names to lines")
    private static let labels = Argument<[String]?>("labels", default: nil, summary: "the lines' names")
    private static let title = Argument<String?>("title", default: nil, summary: "the title")
    private static let x = Argument<String?>("x", default: nil, summary: "the label of the horizontal axis")
    private static let y = Argument<String?>("y", default: nil, summary: "the label of the vertical axis")

    private static let plot = Command(
        Signature(
            "plot", [values, series, labels, title, x, y],
            result: .object(.image), summary: "Draws numbers as lines.",
            example: "plot(series: [\"seed 1\": first.history.values, \"seed 2\": second.history.values])")
    ) { arguments in
        var found: [(label: String, value: Value)] = []
        if case .dictionary(let lines) = arguments[values] {
            found += lines.pairs.map { ($0.key.plainText, $0.value) }
        } else if !arguments[values].isNothing {
            found.append(("", arguments[values]))
        }
        if case .dictionary(let lines) = arguments[series] {
            found += lines.pairs.map { ($0.key.plainText, $0.value) }
        } else {
            let list = arguments[series].array ?? []
            found += list.enumerated().map { (list.count > 1 ? "\($0 + 1)" : "", $1) }
        }
        guard !found.isEmpty else {
            throw CellError(.wrongArgument, "`plot` needs numbers: `plot([1, 2, 3.5])`, or several lines as `series:`.")
        }
        let names = arguments[labels]
        guard names.map({ $0.count == found.count }) ?? true else {
            throw arguments.complaint(
                about: labels,
                "Each line takes one label: this is a list of \(names?.count ?? 0) for \(found.count).")
        }
        let lines = try found.enumerated().map { index, item in
            let isOfSeries = arguments.wasGiven(series) && !(index == 0 && arguments.wasGiven(values))
            guard let points = points(of: item.value), !points.isEmpty else {
                throw arguments.complaint(about: isOfSeries ? series : values, complaint(about: item.value))
            }
            return LinePlot.Line(
                names?[index] ?? item.label, points: points, hasMarks: points.count <= 30)
        }
        let image = LinePlot(
            lines, title: arguments[title], xLabel: arguments[x] ?? "", yLabel: arguments[y] ?? "",
            countsX: lines.allSatisfy { $0.points.allSatisfy { $0.x == $0.x.rounded() } }
        ).image
        return .object(ImageValue(image, name: arguments[title] ?? "plot"))
    }

    /// Returns the reason why a value cannot be drawn as a line.
    private static func complaint(about value: Value) -> String {
        guard !value.isDictionary, value.string == nil, let elements = value.elements else {
            return "A line is a list of numbers, but this is \(value.descriptiveWords)."
        }
        guard let index = elements.firstIndex(where: { points(of: .array([$0])) == nil }) else {
            return "The list of numbers is empty: there is nothing to draw."
        }
        return "A line is a list of numbers, but element \(index) of it is \(elements[index].descriptiveWords)."
    }

    /// Converts numbers, over their index, or pairs of numbers to points; returns nil for other values.
    private static func points(of value: Value) -> [SIMD2<Double>]? {
        // A dictionary's numbers have no order.
        guard !value.isDictionary, let elements = value.elements else { return nil }
        var points: [SIMD2<Double>] = []
        for (index, element) in elements.enumerated() {
            if let number = element.number {
                points.append([Double(index), number])
            } else if case .tuple(let parts) = element, parts.count == 2, let x = parts[0].value.number,
                let y = parts[1].value.number
            {
                points.append([x, y])
            } else {
                return nil
            }
        }
        return points
    }

    private static let rows = Argument<[Value]>(
        "rows", label: nil, summary: "a list of rows: lists, tuples, dictionaries, or values of a `struct`")
    private static let headings = Argument<[String]?>(
        "headings", default: nil, summary: "the column headings; the labels or keys if left out")

    private static let table = Command(
        Signature(
            "table", [rows, headings],
            result: .object(.table), summary: "Shows rows of values as a table.",
            example: "table([(\"church\", 0.91), (\"golf ball\", 0.04)], headings: [\"class\", \"probability\"])")
    ) { arguments in
        let rows = arguments[rows].map(cells)
        // Cells are matched to headings by name: keys and labels may come in any order.
        var own: [String] = []
        for cell in rows.joined() where !own.contains(cell.heading) { own.append(cell.heading) }
        let columns = own.count
        guard columns > 0 else {
            throw arguments.complaint(about: Self.rows, "The list of rows is empty: there is nothing to show.")
        }
        let headings = arguments[headings] ?? own
        guard headings.count == columns else {
            throw arguments.complaint(
                about: Self.headings,
                "Each column takes one heading: this is a list of \(headings.count) for \(columns).")
        }
        // Headings that are a permutation of the rows' own set the order of columns; others rename the columns.
        let order = Set(headings) == Set(own) ? headings : own
        let texts = rows.map { row in order.map { heading in row.first { $0.heading == heading }?.text ?? "" } }
        return .object(TableValue(Table(headings: headings, rows: texts, codeColumns: [])))
    }

    /// Returns a row's cells with their keys, labels or names, or with their positions counted from 1.
    private static func cells(_ row: Value) -> [(heading: String, text: String)] {
        func placed(_ cells: [(heading: String?, value: Value)]) -> [(heading: String, text: String)] {
            cells.enumerated().map { ($1.heading ?? "\($0 + 1)", $1.value.plainText) }
        }
        if let properties = row.storedProperties { return placed(properties.map { ($0.name, $0.value) }) }
        switch row {
        case .array(let elements): return placed(elements.map { (nil, $0) })
        case .tuple(let elements): return placed(elements.map { ($0.label, $0.value) })
        case .dictionary(let dictionary): return placed(dictionary.pairs.map { ($0.key.plainText, $0.value) })
        default: return placed([(nil, row)])
        }
    }
}

extension Value {
    fileprivate var isDictionary: Bool { if case .dictionary = self { true } else { false } }
}
