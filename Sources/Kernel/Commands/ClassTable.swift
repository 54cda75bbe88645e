import Foundation

/// The names of classes in a table with headings, as spreadsheets and pandas write it: columns between commas, semicolons
/// or tabs.
///
/// The names are in the column whose heading says so. A column of whole numbers from 0 or 1 on says their order.
enum ClassTable {
    /// Headings of names, those that people mean first.
    private static let nameHeadings = [
        "class_name", "classname", "class name", "label_name", "name", "names", "label", "labels", "class", "classes",
        "category", "description", "words", "title", "text",
    ]
    /// Headings of numbers; pandas writes none above a table's index.
    private static let numberHeadings = [
        "id", "index", "idx", "number", "class_id", "class_idx", "class_index", "label_id", "label_idx", "label",
        "class",
        "target", "category_id", "",
    ]

    /// The names in the order of the logits; nil where the first line is no row of headings.
    ///
    /// - Parameter lines: without empty ones.
    /// - Throws: ``ClassList/Refusal`` where the numbers are not those of one class after the other.
    static func names(in lines: [String]) throws(ClassList.Refusal) -> [String]? {
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
            throw ClassList.Refusal(
                reason: "its \(numbers.count) rows are not numbered one after the other; write a row for each class")
        }
        return zip(numbers, names).sorted { $0.0 < $1.0 }.map(\.1)
    }

    /// The fields of a row; one in quotation marks may hold separators, and quotation marks written twice.
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
