import Foundation

/// Reads class names from a table with headings, as spreadsheets and pandas write it: columns separated by commas,
/// semicolons or tabs.
///
/// The names are in the column with one of the known headings. A column of whole numbers from 0 or 1 gives their order.
enum ClassTable {
    /// Headings of columns of names, the most likely first.
    private static let nameHeadings = [
        "class_name", "classname", "class name", "label_name", "name", "names", "label", "labels", "class", "classes",
        "category", "description", "words", "title", "text",
    ]
    /// Headings of columns of numbers; pandas leaves the heading of an index empty.
    private static let numberHeadings = [
        "id", "index", "idx", "number", "class_id", "class_idx", "class_index", "label_id", "label_idx", "label",
        "class",
        "target", "category_id", "",
    ]

    /// Returns the names in the order of the logits; nil if the first line is not a row of headings.
    ///
    /// - Parameter lines: the file's lines without empty ones.
    /// - Throws: ``ClassList/FormatError`` if the numbers are not consecutive.
    static func names(in lines: [String]) throws(ClassList.FormatError) -> [String]? {
        guard let first = lines.first, let separator = first.first(where: { "\t;,".contains($0) }) else { return nil }
        let headings = fields(of: first, separator).map { $0.lowercased() }
        let rows = lines.dropFirst().map { fields(of: $0, separator) }
        guard headings.count > 1, !rows.isEmpty, rows.allSatisfy({ $0.count == headings.count }) else { return nil }
        func column(_ candidates: [String], where isWanted: ([String]) -> Bool) -> [String]? {
            candidates.lazy.compactMap { headings.firstIndex(of: $0) }.map { index in rows.map { $0[index] } }
                .first(where: isWanted)
        }
        guard let names = column(nameHeadings, where: { $0.contains { Int($0) == nil } }) else { return nil }
        guard let numbers = column(numberHeadings, where: { $0.allSatisfy { Int($0) != nil } })?.compactMap({ Int($0) })
        else { return names }
        let start = numbers.contains(0) ? 0 : 1
        guard Set(numbers) == Set(start..<start + numbers.count) else {
            throw ClassList.FormatError(
                reason: "its \(numbers.count) rows are not numbered one after the other; write a row for each class")
        }
        return zip(numbers, names).sorted { $0.0 < $1.0 }.map(\.1)
    }

    /// Splits a row into fields. A quoted field may contain separators, and doubled quotation marks.
    ///
    /// Source: RFC 4180, without line breaks in fields.
    private static func fields(of row: String, _ separator: Character) -> [String] {
        var fields = [""]
        var isQuoted = false
        var last: Character?
        for character in row {
            if character == "\"" {
                if !isQuoted, last == "\"" { fields[fields.count - 1].append(character) }
                isQuoted.toggle()
            } else if character == separator, !isQuoted {
                fields.append("")
            } else {
                fields[fields.count - 1].append(character)
            }
            last = character
        }
        return fields.map { $0.trimmingCharacters(in: .whitespaces) }
    }
}
