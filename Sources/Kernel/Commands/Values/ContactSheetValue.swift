import Cells
import Jupyter
import VitrineEngine

/// Pictures of any kind in one sheet: the result of `sheet([picture, photo])`, and the display of a list of pictures.
final class ContactSheetValue: TabledObject, Displayable, SheetValue {
    private let sheet: ContactSheet
    private let names: [String]

    /// Creates a sheet of pictures.
    ///
    /// - Parameter captions: a caption for each picture; nil for their own.
    init(_ entries: [ContactSheet.Entry], captions: [String]? = nil, title: String? = nil, columns: Int? = nil) {
        let images = PictureSheet.fitted(entries.map(\.image))
        let captions = captions ?? entries.map(\.caption)
        sheet = ContactSheet(
            entries.indices.map { .init(images[$0], caption: captions[$0], scale: entries[$0].scale) }, title: title,
            columns: columns)
        names = captions.map { $0.split(separator: "\n").joined(separator: ", ") }
    }

    /// Creates the sheet of a list that holds only pictures; returns nil for other values.
    convenience init?(ofList value: Value) {
        guard let list = value.array, !list.isEmpty, list.allSatisfy(Self.isPicture),
            let entries = try? Self.entries(of: value), !entries.isEmpty
        else { return nil }
        self.init(entries)
    }

    var kind: ValueKind { .sheet }
    var kinds: [ValueKind] { [.sheet, .picture] }
    var plainText: String { ([title] + names).joined(separator: "\n") }
    var shownSheet: ContactSheet? { sheet }
    var bundle: MIMEBundle { SheetDisplay(sheet.image, title: title, plain: plainText).bundle }

    static let memberTable: MemberTable<ContactSheetValue> = [
        .property("count", .integer, "how many pictures there are") { .integer($0.sheet.entries.count) },
        .property("labels", .list(.string), "their captions") { .array($0.names.map { .string($0) }) },
        .sheetImage { $0.title },
    ]

    private var title: String {
        sheet.title ?? (names.count == 1 ? names[0] : "\(names.count) pictures")
    }
}

// The pictures of a value.
extension ContactSheetValue {
    /// The largest number of pictures in a sheet.
    private static let most = 1000

    /// Returns whether a value is a picture or a list of pictures.
    private static func isPicture(_ value: Value) -> Bool {
        if let list = value.array { return !list.isEmpty && list.allSatisfy(isPicture) }
        return (value.object).flatMap { found($0) } != nil
    }

    /// Returns the pictures of a value with their captions.
    ///
    /// - Throws: a ``CellError`` if the value holds anything else, or too many pictures.
    static func entries(of value: Value) throws -> [ContactSheet.Entry] {
        if let list = value.array {
            let entries = try list.flatMap(entries)
            guard entries.count <= most else {
                throw CellError(.tooLarge, "A sheet holds at most \(most) pictures, but these are \(entries.count).")
            }
            return entries
        }
        guard let object = value.object, let entries = found(object) else {
            throw CellError(.wrongType, "A sheet takes pictures, but this is \(value.descriptiveWords).")
        }
        return entries
    }

    private static func found(_ object: any CellObject) -> [ContactSheet.Entry]? {
        switch object {
        case let picture as PictureValue:
            picture.pictures.map { .init($0.image, caption: "\($0.label)\n\($0.sheetCaption)") }
        case let photo as ImageValue: [.init(photo.image, caption: photo.name)]
        case let photo as TopImageValue: [.init(photo.entry.image, caption: photo.entry.file)]
        case let map as HeatMapValue: [map.map.entry]
        case let sheet as any SheetValue: sheet.shownSheet?.entries
        default: nil
        }
    }
}
