import Cells
import Foundation
import Jupyter
import VitrineEngine

/// What `topImages(in:for:)` returns: the photographs of a folder that drive a target most.
final class TopImagesValue: CellObject, Displayable, SheetValue {
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

    var members: [MemberDeclaration] {
        [
            .property("activations", .list(.number), "the objective on each photograph, strongest first"),
            .property("paths", .list(.string), "the photographs' paths"),
            .property("files", .list(.string), "their files' names"),
            .property("patches", .list(.integer), "the patch of each that drives the objective most"),
            .property("patchActivations", .list(.number), "the activation in that patch"),
            .property("count", .integer, "how many photographs there are"),
            .property("read", .integer, "how many photographs of the folder were looked at"),
            .property("skipped", .list(.string), "why files could not be read: the first few"),
            .property("label", .string, "the objective in words"),
            .property("table", .object(.table), "the numbers"),
            SheetMember.declaration,
        ]
    }

    func member(_ name: String) throws -> Value? {
        switch name {
        case "activations": .array(found.entries.map { .number(shortest($0.score)) })
        case "paths": .array(found.entries.map { .string($0.path) })
        case "files": .array(found.entries.map { .string($0.file) })
        case "patches": .array(found.entries.map { $0.patch.map { .integer($0.index) } ?? .nothing })
        case "patchActivations": .array(found.entries.map { $0.patchValue.map { .number(shortest($0)) } ?? .nothing })
        case "count": .integer(found.entries.count)
        case "read": .integer(found.reading.photographCount)
        case "skipped": .array(found.reading.skipped.map { .string($0.reason) })
        case "label": .string(found.label)
        case "table": .object(TableValue(table))
        case "image": SheetMember.value(found.sheet, name: found.label)
        default: nil
        }
    }

    func subscripted(_ arguments: [Argument]) throws -> Value? {
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

/// One of them.
final class TopImageValue: CellObject, Displayable {
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

    var members: [MemberDeclaration] {
        [
            .property("path", .string, "its path"),
            .property("file", .string, "its file's name"),
            .property("activation", .number, "the objective on it"),
            .property("patch", .integer, "the patch that drives the objective most"),
            .property("patchActivation", .number, "the activation in that patch"),
            .property("image", .object(.image), "what the model sees of it"),
        ]
    }

    func member(_ name: String) throws -> Value? {
        switch name {
        case "path": .string(entry.path)
        case "file": .string(entry.file)
        case "activation": .number(shortest(entry.score))
        case "patch": entry.patch.map { .integer($0.index) } ?? .nothing
        case "patchActivation": entry.patchValue.map { .number(shortest($0)) } ?? .nothing
        case "image": .object(ImageValue(entry.seen, name: entry.file))
        default: nil
        }
    }

    func isEqual(to other: any CellObject) -> Bool { (other as? TopImageValue)?.entry == entry }
}

extension TopImages.Entry {
    /// The last part of the path.
    var file: String { URL(fileURLWithPath: path).lastPathComponent }
}
