import Cells
import Jupyter
import VitrineEngine

/// The result of `features(in:at:)`: a row of features for each photograph of a folder.
final class FolderFeaturesValue: TabledObject, Displayable {
    private let found: FolderFeatures
    private let model: Model

    init(_ found: FolderFeatures, of model: Model) {
        self.found = found
        self.model = model
    }

    var kind: ValueKind { .folderFeatures }
    var plainText: String { table.plain }
    var bundle: MIMEBundle { table.bundle }

    static let memberTable: MemberTable<FolderFeaturesValue> = [
        .property("values", .object(.tensor), "the features, photographs × features") {
            .object(
                TensorValue(
                    $0.found.values, title: $0.title,
                    shapeWords: "\($0.found.paths.count) photographs × \($0.found.values.shape[1]) features"))
        },
        .property("paths", .list(.string), "the photographs' paths, in the order of the rows") {
            .array($0.found.paths.map { .string($0) })
        },
        .property("count", .integer, "how many photographs there are") { .integer($0.found.paths.count) },
        .property("skipped", .list(.string), "why files could not be read: the first few") {
            .array($0.found.reading.skipped.map { .string($0.reason) })
        },
        .method(nearest) { (value, arguments, run: CellRun) in try value.nearest(arguments, run) },
        .method(map) { (value, arguments, run: CellRun) in try value.map(arguments, run) },
        .method(TensorValue.save) { (value, arguments, run: CellRun) in
            try TensorFile.write(value.found.values, arguments, run)
            return .void
        },
        .property("table", .object(.table), "the numbers") { .object(TableValue($0.table)) },
    ]

    private var title: String { "features of \(found.reading.folder) at \(found.layer) of \(found.model)" }

    private var table: Table {
        Table(
            headings: ["folder", "layer", "photographs", "features", "row"],
            rows: [
                [
                    found.reading.folder, "\(found.model) \(found.layer)", found.reading.words,
                    "\(found.values.shape[1])",
                    found.pooling.map { $0 == .cls ? "CLS" : "mean of the patches" } ?? "the layer's own",
                ]
            ], codeColumns: [],
            footnote: found.reading.skipped.map { "skipped: \($0.reason)" }.joined(separator: "\n"))
    }
}

// The most similar photographs.
extension FolderFeaturesValue {
    private static let photo = Argument<Photograph>("photo", label: "to", summary: "a photograph or a picture")
    private static let count = Argument<Int>("count", default: 8, summary: "how many photographs to show, 1 to 100")

    private static let nearest = Signature(
        "nearest", [photo, count], result: .object(.sheet),
        summary: "The photographs whose features are most similar to a photograph's, by their cosine.",
        example: "found.nearest(to: photo)")

    private func nearest(_ arguments: Arguments, _ run: CellRun) throws -> Value {
        let count = arguments[Self.count]
        guard (1...100).contains(count) else {
            throw arguments.complaint(about: Self.count, "`count` must be from 1 to 100, not \(count).")
        }
        let image = try arguments[Self.photo].image
        let neighbors = try found.nearest(
            to: model.pooledFeatures(
                of: image, at: found.layer, by: found.pooling, cancellation: run.cancellation), count: count)
        let name = try arguments[Self.photo].shortName
        let entries =
            try [ContactSheet.Entry(image, caption: name)]
            + neighbors.map { neighbor in
                let file = neighbor.path.split(separator: "/").last.map(String.init) ?? neighbor.path
                return .init(
                    try Photograph.scaled(Image(contentsOf: neighbor.path)).image,
                    caption: "\(significant(neighbor.cosine))\n\(file)")
            }
        return .object(ContactSheetValue(entries, title: "\(found.model) \(found.layer): most similar to \(name)"))
    }
}

// The map.
extension FolderFeaturesValue {
    private static let side = Argument<Int?>(
        "side", default: nil,
        summary: "how many cells the map has along each side; chosen by the number of photographs if left out")
    private static let cell = Argument<Int>("cell", default: 64, summary: "the side of a cell in pixels, 8 to 256")

    private static let map = Signature(
        "map", [side, cell], result: .object(.folderMap),
        summary: "All photographs on a plane, where similar ones are near each other.",
        discussion:
            "The plane is that of the features' first two principal components. Photographs that would cover each other move to "
            + "the nearest free cell.",
        example: "found.map()")

    private func map(_ arguments: Arguments, _ run: CellRun) throws -> Value {
        guard (8...256).contains(arguments[Self.cell]) else {
            throw arguments.complaint(
                about: Self.cell, "`cell` must be from 8 to 256 pixels, not \(arguments[Self.cell]).")
        }
        let map = try FolderMap(of: found, side: arguments[Self.side], on: model.host)
        let image = try ProgressLine.during("map of \(found.reading.folder)", in: run.execution) { line in
            try map.image(of: found.paths, cell: arguments[Self.cell], cancellation: run.cancellation) {
                line.update(done: $0, of: $1, .things("photograph"))
            }
        }
        return .object(FolderMapValue(map, image: image, paths: found.paths, title: title))
    }
}

/// The map of a folder's photographs.
final class FolderMapValue: TabledObject, Displayable, SheetValue {
    private let map: FolderMap
    private let image: Image
    private let paths: [String]
    private let title: String

    init(_ map: FolderMap, image: Image, paths: [String], title: String) {
        self.map = map
        self.image = image
        self.paths = paths
        self.title = title
    }

    var kind: ValueKind { .folderMap }
    var kinds: [ValueKind] { [.folderMap, .picture] }
    var plainText: String {
        let shares = map.shares.map { "\(Double($0 * 100).formatted(digits: 1)) %" }.joined(separator: " and ")
        return "\(title): \(paths.count) photographs by two components with \(shares) of the variance"
    }
    var shownSheet: ContactSheet? { ContactSheet([.init(image, caption: title)]) }
    var bundle: MIMEBundle { SheetDisplay(image, title: title, facts: [plainText], plain: plainText).bundle }

    static let memberTable: MemberTable<FolderMapValue> = [
        .property("coordinates", .object(.tensor), "the two components of each photograph, in deviations") {
            .object(TensorValue($0.map.coordinates, title: "coordinates of \($0.title)"))
        },
        .property("paths", .list(.string), "the photographs' paths, in the order of the coordinates") {
            .array($0.paths.map { .string($0) })
        },
        .property("shares", .list(.number), "the share of the variance along each component") {
            .array($0.map.shares.map { .number($0) })
        },
        .sheetImage { $0.title },
    ]
}
