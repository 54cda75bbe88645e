import Foundation
import Jupyter
import Platform
import VitrineEngine

/// Reads the names of classes.
enum ClassNames {
    /// Returns ImageNet's names for "imagenet", and else the names in a file.
    static func named(_ nameOrPath: String) throws -> [String] {
        nameOrPath == "imagenet" ? ImageNet.classes : try read((nameOrPath as NSString).expandingTildeInPath)
    }

    /// Reads the names in a file: one per line, a table with headings (``ClassTable``), or JSON as frameworks write it
    /// (``ClassList``).
    ///
    /// A leading WordNet ID, as in ImageNet's lists, is removed. Empty lines are skipped. If all lines begin with
    /// numbers, the numbers give the order and are removed.
    ///
    /// - Throws: ``EngineError/fileMissing(path:)``, ``EngineError/fileUnreadable(path:reason:)``.
    static func read(_ path: String) throws -> [String] {
        guard let text = text(of: Data(try OrdinaryFile.contents(of: path, limit: 100_000_000))) else {
            throw EngineError.fileUnreadable(
                path: path, reason: "it is not text; save the names as UTF-8, one per line")
        }
        let names: [String]
        if let entries = pythonEntries(in: text) {
            names = try inOrder(entries, path)
        } else if ["{", "["].contains(text.first { !$0.isWhitespace }) {
            do throws(ClassList.FormatError) {
                names = try ClassList(Data(text.utf8)).names
            } catch {
                throw EngineError.fileUnreadable(path: path, reason: error.reason)
            }
        } else {
            let lines = text.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }
                .filter { !$0.isEmpty }
            do throws(ClassList.FormatError) {
                names = try ClassTable.names(in: lines) ?? numbered(lines) ?? lines
            } catch {
                throw EngineError.fileUnreadable(path: path, reason: error.reason)
            }
        }
        let known = names.map(withoutWordNetID).filter { !$0.isEmpty }
        guard !known.isEmpty else {
            throw EngineError.fileUnreadable(path: path, reason: "it holds no class names")
        }
        return known
    }

    /// Parses a Python dictionary from numbers to names, `{0: 'tench, Tinca tinca', 1: "…"}`, a common form of
    /// ImageNet's classes; returns nil for anything else.
    private static func pythonEntries(in text: String) -> [(Int, String)]? {
        let body = text.trimmingCharacters(in: .whitespacesAndNewlines)
        guard body.hasPrefix("{"), body.hasSuffix("}"),
            body.dropFirst().prefix(while: { $0 != ":" }).allSatisfy({ $0.isWhitespace || $0.isASCII && $0.isNumber })
        else { return nil }
        var entries: [(Int, String)] = []
        var rest = body.dropFirst()
        let pattern = /\s*(\d+)\s*:\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")\s*(?:,|(?=\}))\s*/
        while let entry = rest.prefixMatch(of: pattern) {
            guard let number = Int(entry.1), let name = entry.2 ?? entry.3 else { return nil }
            entries.append((number, String(name).replacing(/\\(.)/) { $0.1 }))
            rest = rest[entry.range.upperBound...]
        }
        return rest == "}" && !entries.isEmpty ? entries : nil
    }

    /// Returns the names of lines such as "0 tench", "0: tench" or "0,tench" in the order of their numbers; nil unless
    /// all lines have this form and their numbers are consecutive from 0 or 1.
    private static func numbered(_ lines: [String]) -> [String]? {
        var entries: [(number: Int, name: String)] = []
        for line in lines {
            guard let parts = line.wholeMatch(of: /(\d{1,9})\s*[:,;.)\s]\s*(\S.*)/), let number = Int(parts.1)
            else { return nil }
            entries.append((number, unquoted(String(parts.2))))
        }
        let first = entries.map(\.number).min() ?? 0
        guard entries.count > 1, first <= 1, Set(entries.map(\.number)) == Set(first..<first + entries.count)
        else { return nil }
        return entries.sorted { $0.number < $1.number }.map(\.name)
    }

    /// Removes the quotation marks that spreadsheets put around a name.
    private static func unquoted(_ name: String) -> String {
        name.wholeMatch(of: /"((?:[^"]|"")*)"/).map { String($0.1).replacing("\"\"", with: "\"") } ?? name
    }

    private static func inOrder(_ entries: [(Int, String)], _ path: String) throws -> [String] {
        let byNumber = Dictionary(entries) { _, last in last }
        return try (0..<byNumber.count).map { number in
            guard let name = byNumber[number] else {
                throw EngineError.fileUnreadable(
                    path: path, reason: "it names \(byNumber.count) classes, but none has the number \(number)")
            }
            return name
        }
    }

    /// Decodes a file's text without its byte order mark: as UTF-16 if the mark is one of UTF-16, and else as UTF-8.
    private static func text(of bytes: Data) -> String? {
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
            return String(data: bytes, encoding: .utf16)
        }
        // In UTF-16 without a mark, every other byte is 0; no name contains one.
        guard !bytes.contains(0) else { return nil }
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        return String(validating: bytes.starts(with: mark) ? bytes.dropFirst(mark.count) : bytes, as: UTF8.self)
    }

    /// Removes a leading WordNet ID: "tench, Tinca tinca" of "n01440764 tench, Tinca tinca". A line that is only an ID
    /// stays.
    private static func withoutWordNetID(_ line: String) -> String {
        let words = line.split(maxSplits: 1, whereSeparator: \.isWhitespace)
        let isIdentified =
            words.count == 2 && words[0].count == 9 && words[0].first == "n"
            && words[0].dropFirst().allSatisfy { $0.isASCII && $0.isNumber }
        return isIdentified ? words[1].trimmingCharacters(in: .whitespaces) : line
    }
}
