import Cells
import Jupyter
import VitrineEngine

/// The result of `activationAtlas`: a map of rendered cells.
final class ActivationAtlasValue: TabledObject, Displayable, SheetValue {
    private let cells: ActivationCells
    private let layer: AtlasPlan.Layer
    private let folder: String
    private let words: String
    private let pictures: [Image?]

    /// The side of a cell in pixels.
    private static let cellSide = 80

    /// Reads the pictures that exist.
    init(_ cells: ActivationCells, plan: AtlasPlan, folder: String, words: String) {
        self.cells = cells
        self.folder = folder
        self.words = words
        layer = plan.layers[0]
        let store = (try? AtlasFolder(folder))?.pictures
        pictures = plan.items.map { item in
            (try? plan.key(of: item)).flatMap { store?.picture(for: $0)?.image }
        }
    }

    var kind: ValueKind { .activationAtlas }
    var kinds: [ValueKind] { [.activationAtlas, .picture] }
    var plainText: String { "\(title): \(layer.words). \(words) Open \(folder)/index.html in a browser." }
    var shownSheet: ContactSheet? { ContactSheet([.init(map, caption: title)]) }
    var bundle: MIMEBundle { SheetDisplay(map, title: title, facts: [layer.words, words], plain: plainText).bundle }

    static let memberTable: MemberTable<ActivationAtlasValue> = [
        .property("folder", .string, "the folder of the pictures and pages") { .string($0.folder) },
        .property("count", .integer, "how many cells have a picture") {
            .integer($0.pictures.count { $0 != nil })
        },
        .property("directions", .object(.tensor), "the mean features of each cell, cells × features") {
            .object(
                TensorValue(
                    Tensor(
                        $0.cells.cells.flatMap(\.mean),
                        shape: [$0.cells.cells.count, $0.cells.cells.first?.mean.count ?? 0]),
                    title: "directions of \($0.title)"))
        },
        .property("patches", .list(.integer), "how many patches lie in each cell") {
            .array($0.cells.cells.map { .integer($0.patchCount) })
        },
        .property("places", .object(.tensor), "each cell's row and column on the map") {
            .object(
                TensorValue(
                    Tensor(
                        $0.cells.cells.flatMap { [Float($0.row), Float($0.column)] }, shape: [$0.cells.cells.count, 2]),
                    title: "places of \($0.title)"))
        },
        .sheetImage { $0.title },
    ]

    private var title: String { "activation atlas of \(layer.address)" }
    private var map: Image { cells.map(pictures, cell: Self.cellSide) }
}
