import Cells
import Foundation
import Jupyter
import VitrineEngine

/// The result of `topImages(in:for:)`: the photographs of a folder that drive a target most.
final class TopImagesValue: TabledObject, Displayable, SheetValue {
    /// The photographs.
    let found: TopImages

    init(_ found: TopImages) { self.found = found }

    var kind: ValueKind { .photographList }
    var kinds: [ValueKind] { [.photographList, .picture] }
    var plainText: String { table.plain }
    var shownSheet: ContactSheet? { found.sheet }
    var bundle: MIMEBundle {
        SheetDisplay(
            found.sheet.image, title: found.sheet.title ?? "Photographs for \(found.label)", plain: plainText
        ).bundle
    }
    var elements: [Value]? { found.entries.map { .object(TopImageValue($0)) } }

    static let memberTable: MemberTable<TopImagesValue> = [
        .property("activations", .list(.number), "the objective on each photograph, strongest first") {
            .array($0.found.entries.map { .number(shortest($0.score)) })
        },
        .property("paths", .list(.string), "the photographs' paths") {
            .array($0.found.entries.map { .string($0.path) })
        },
        .property("files", .list(.string), "their files' names") { .array($0.found.entries.map { .string($0.file) }) },
        .property("patches", .list(.integer), "the patch of each that drives the objective most") {
            .array($0.found.entries.map { $0.patch.map { .integer($0.index) } ?? .nothing })
        },
        .property("patchActivations", .list(.number), "the activation in that patch") {
            .array($0.found.entries.map { $0.patchValue.map { .number(shortest($0)) } ?? .nothing })
        },
        .property("count", .integer, "how many photographs there are") { .integer($0.found.entries.count) },
        .property("read", .integer, "how many photographs of the folder were read") {
            .integer($0.found.reading.photographCount)
        },
        .property("skipped", .list(.string), "why files could not be read: the first few") {
            .array($0.found.reading.skipped.map { .string($0.reason) })
        },
        .property("label", .string, "the objective in words") { .string($0.found.label) },
        .property("table", .object(.table), "the numbers") { .object(TableValue($0.table)) },
        .sheetImage { $0.found.label },
    ]

    func subscripted(_ arguments: [WrittenArgument]) throws -> Value? {
        guard let index = try arguments.index(of: "photograph", below: found.entries.count, in: "this list") else {
            return nil
        }
        return .object(TopImageValue(found.entries[index]))
    }

    private var table: Table {
        let hasPatches = found.entries.contains { $0.patch != nil }
        return Table(
            headings: ["photograph", "activation"] + (hasPatches ? ["strongest patch", "activation there"] : []),
            rows: found.entries.map { entry in
                [entry.file, significant(entry.score)]
                    + (hasPatches
                        ? [entry.patch?.words ?? "–", entry.patchValue.map { significant($0) } ?? "–"] : [])
            }, footnote: footnote)
    }

    private var footnote: String {
        let reading = found.reading
        let left = reading.skipped.map { "\nskipped: \($0.reason)" }.joined()
        let more = reading.skippedCount - reading.skipped.count
        return "\(found.model) \(found.label): the strongest of \(reading.words), “\(reading.folder)”." + left
            + (more > 0 ? "\n… and \(more) more." : "")
    }
}

/// A photograph that `topImages` found.
final class TopImageValue: TabledObject, Displayable {
    /// The photograph.
    let entry: TopImages.Entry

    init(_ entry: TopImages.Entry) { self.entry = entry }

    var kind: ValueKind { .photograph }
    var kinds: [ValueKind] { [.photograph, .image] }
    var plainText: String {
        "\(entry.file): activation \(significant(entry.score))"
            + (entry.patch.map { ", strongest in \($0.words)" } ?? "")
            + (entry.patchValue.map { ": \(significant($0))" } ?? "")
    }
    var bundle: MIMEBundle {
        SheetDisplay(
            ContactSheet([.init(entry.image, caption: entry.file)]).image, title: plainText, plain: plainText
        ).bundle
    }

    static let memberTable: MemberTable<TopImageValue> = [
        .property("path", .string, "its path") { .string($0.entry.path) },
        .property("file", .string, "its file's name") { .string($0.entry.file) },
        .property("activation", .number, "the objective on it") { .number(shortest($0.entry.score)) },
        .property("patch", .integer, "the patch that drives the objective most") {
            $0.entry.patch.map { .integer($0.index) } ?? .nothing
        },
        .property("patchActivation", .number, "the activation in that patch") {
            $0.entry.patchValue.map { .number(shortest($0)) } ?? .nothing
        },
        .property("image", .object(.image), "what the model sees of it") {
            .object(ImageValue($0.entry.seen, name: $0.entry.file))
        },
    ]

    func isEqual(to other: any CellObject) -> Bool { (other as? TopImageValue)?.entry == entry }
}

extension TopImages.Entry {
    /// The last component of the path.
    var file: String { URL(fileURLWithPath: path).lastPathComponent }
}
