import Cells
import Jupyter
import VitrineEngine

/// The result of `lens(photo, in:)`: what the head says of every token after each block.
final class LensValue: TabledObject, Displayable, SheetValue {
    private let lens: Lens

    init(_ lens: Lens) { self.lens = lens }

    var kind: ValueKind { .lens }
    var kinds: [ValueKind] { [.lens, .picture] }
    var plainText: String { table.plain }
    var shownSheet: ContactSheet? { lens.sheet }
    var bundle: MIMEBundle { StudyDisplay(pictures: [lens.sheet.image], title: title, tables: [table]).bundle }

    /// The pictures of the readings, from before the first block.
    var elements: [Value]? {
        lens.readings.map { reading in
            .object(ImageValue(lens.grid(reading).image(over: lens.photograph), name: "lens at \(reading.layer)"))
        }
    }

    func subscripted(_ arguments: [WrittenArgument]) throws -> Value? {
        guard let elements else { return nil }
        return try arguments.index(of: "reading", below: elements.count, in: "this lens").map { elements[$0] }
    }

    private static let candidate = Argument<String>(
        "candidate", label: nil, summary: "the name of a class, or of what was compared in its place")

    static let memberTable: MemberTable<LensValue> = [
        .property("values", .object(.tensor), "the logits, readings × tokens × candidates") { value in
            let lens = value.lens
            let scores = lens.readings.flatMap(\.scores.values)
            let shape: Shape = [lens.readings.count, lens.layout.count, lens.candidates.count]
            return .object(
                TensorValue(
                    Tensor(scores, shape: shape), title: value.title,
                    shapeWords: "\(shape[0]) readings × \(shape[1]) tokens × \(shape[2]) candidates"))
        },
        .property("classes", .list(.list(.string)), "the candidate of every token, by reading") { value in
            .array(value.lens.readings.map { .array($0.best.map { .string(value.lens.candidates[$0]) }) })
        },
        .property("layers", .list(.string), "what each reading is read after") {
            .array($0.lens.readings.map { .string($0.layer) })
        },
        .method(
            Signature(
                "map", [candidate], result: .list(.object(.heatMap)),
                summary: "The logit of one class in every patch, a map for each reading.",
                example: "lens(photo, in: vit).map(\"church\")")
        ) { try $0.maps(of: $1) },
        .property("table", .object(.table), "the numbers") { .object(TableValue($0.table)) },
        .sheetImage { $0.title },
    ]

    private var title: String { "\(lens.model): the head after each block" }

    private func maps(of arguments: Arguments) throws -> Value {
        let name = arguments[Self.candidate]
        guard
            let index = lens.candidates.indices.first(where: {
                lens.candidates[$0] == name || lens.shortName($0) == name
            })
        else {
            throw arguments.complaint(
                about: Self.candidate, "“\(name)” is not among the \(lens.candidates.count) candidates of this lens.")
        }
        let maps = lens.maps(of: index)
        return .array(maps.cellValues)
    }

    private var table: Table {
        let special = lens.layout.special.first
        return Table(
            headings: ["after"] + (special.map { [$0, "probability"] } ?? []) + ["in most patches", "patches", "next"],
            rows: lens.readings.map { reading in
                let counts = lens.commonest(in: reading)
                let first = special.map { _ in
                    [
                        lens.shortName(reading.best[0]),
                        reading.probabilities[0].isNaN ? "–" : percent(Double(reading.probabilities[0])),
                    ]
                }
                let rest = counts.dropFirst().prefix(2).map { "\(lens.shortName($0.candidate)) (\($0.count))" }
                return [reading.layer] + (first ?? [])
                    + [
                        counts.first.map { lens.shortName($0.candidate) } ?? "–",
                        counts.first.map { "\($0.count) of \(lens.layout.patchCount)" } ?? "–",
                        rest.joined(separator: ", "),
                    ]
            },
            footnote: "The last norm and the head, applied to each token by itself."
                + (lens.unread.isEmpty
                    ? "" : " Not read, as the head takes another width: \(lens.unread.joined(separator: ", "))."))
    }
}
