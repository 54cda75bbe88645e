import Foundation
import Jupyter
import Platform
import VitrineEngine

/// Where the names of classes come from.
enum ClassNames {
    /// "imagenet", or what a file says.
    static func named(_ nameOrPath: String) throws -> [String] {
        nameOrPath == "imagenet" ? ImageNet.classes : try read((nameOrPath as NSString).expandingTildeInPath)
    }

    /// The names in a file: one a line, a table with headings (``ClassTable``), or JSON as frameworks write it
    /// (``ClassList``).
    ///
    /// A WordNet id in front, as in ImageNet's lists, is left out; so are empty lines, and numbers in front of all lines,
    /// which say their order.
    ///
    /// - Throws: ``EngineError/fileMissing(path:)``, ``EngineError/fileUnreadable(path:reason:)``.
    static func read(_ path: String) throws -> [String] {
        guard let text = text(of: Data(try OrdinaryFile.contents(of: path, limit: 100_000_000))) else {
            throw EngineError.fileUnreadable(path: path, reason: "it is not text; save the names as UTF-8, one a line")
        }
        let names: [String]
        if let entries = pythonEntries(in: text) {
            names = try inOrder(entries, path)
        } else if ["{", "["].contains(text.first { !$0.isWhitespace }) {
            do throws(ClassList.Refusal) {
                names = try ClassList(Data(text.utf8)).names
            } catch {
                throw EngineError.fileUnreadable(path: path, reason: error.reason)
            }
        } else {
            let lines = text.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }
                .filter { !$0.isEmpty }
            do throws(ClassList.Refusal) {
                names = try ClassTable.names(in: lines) ?? numbered(lines) ?? lines
            } catch {
                throw EngineError.fileUnreadable(path: path, reason: error.reason)
            }
        }
        let known = names.map(withoutWordNetID).filter { !$0.isEmpty }
        guard !known.isEmpty else {
            throw EngineError.fileUnreadable(path: path, reason: "it holds no names of classes")
        }
        return known
    }

    /// Python's own way to write numbers and names, `{0: 'tench, Tinca tinca', 1: "…"}`, in which ImageNet's classes are
    /// about; nil for anything else.
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

    /// The names of lines such as "0 tench", "0: tench" or "0,tench", in the order of their numbers; nil where not all lines
    /// are so, or where their numbers are not those of one class after the other.
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

    /// A name without the quotation marks that spreadsheets put around it.
    private static func unquoted(_ name: String) -> String {
        name.wholeMatch(of: /"((?:[^"]|"")*)"/).map { String($0.1).replacing("\"\"", with: "\"") } ?? name
    }

    private static func inOrder(_ entries: [(Int, String)], _ path: String) throws -> [String] {
        let byNumber = Dictionary(entries) { _, last in last }
        return try (0..<byNumber.count).map { number in
            guard let name = byNumber[number] else {
                throw EngineError.fileUnreadable(
                    path: path, reason: "it names \(byNumber.count) classes, and none has the number \(number)")
            }
            return name
        }
    }

    /// A file's text without the mark of its byte order: UTF-8, or UTF-16 where that mark says so.
    private static func text(of bytes: Data) -> String? {
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
            return String(data: bytes, encoding: .utf16)
        }
        // Of UTF-16 without a mark, every other byte is 0; no name has one.
        guard !bytes.contains(0) else { return nil }
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        return String(validating: bytes.starts(with: mark) ? bytes.dropFirst(mark.count) : bytes, as: UTF8.self)
    }

    /// "tench, Tinca tinca" of "n01440764 tench, Tinca tinca"; an id alone is kept.
    private static func withoutWordNetID(_ line: String) -> String {
        let words = line.split(maxSplits: 1, whereSeparator: \.isWhitespace)
        let isIdentified =
            words.count == 2 && words[0].count == 9 && words[0].first == "n"
            && words[0].dropFirst().allSatisfy { $0.isASCII && $0.isNumber }
        return isIdentified ? words[1].trimmingCharacters(in: .whitespaces) : line
    }
}

/// Names of classes in JSON, as frameworks write them.
///
/// - a list of names, or of pairs of a WordNet id and a name;
/// - an object from numbers to names or such pairs: torchvision's and Keras's `imagenet_class_index.json`;
/// - an object from names to numbers: torchvision's `class_to_idx`, Keras's `class_indices`;
/// - an object with one of these in it: Hugging Face's `id2label` or `label2id`, timm's `label_names`.
struct ClassList {
    /// Why it is not taken, in words that follow the file's name.
    struct Refusal: Error {
        let reason: String
    }

    /// The names in the order of the logits.
    let names: [String]

    private static let keys = ["id2label", "label2id", "label_names", "class_to_idx", "classes"]

    init(_ json: Data) throws(Refusal) {
        guard let value = try? JSONSerialization.jsonObject(with: json) else {
            throw Refusal(reason: "it begins like JSON but cannot be read as JSON; write one name on each line")
        }
        let whole = value as? [String: Any]
        let nested = [whole, whole?["pretrained_cfg"] as? [String: Any]].compactMap { $0 }.lazy
            .compactMap { object in
                Self.keys.lazy.compactMap { object[$0] }.first { $0 is [Any] || $0 is [String: Any] }
            }
            .first
        names = try Self.names(in: nested ?? value)
    }

    private static func names(in value: Any) throws(Refusal) -> [String] {
        if let list = value as? [Any] {
            let names = list.compactMap(name)
            guard names.count == list.count, !names.isEmpty else {
                throw Refusal(reason: "its list holds something other than names of classes")
            }
            return names
        }
        guard let object = value as? [String: Any], !object.isEmpty else {
            throw Refusal(reason: "it holds no names of classes")
        }
        var byNumber: [Int: String] = [:]
        for (key, value) in object {
            if let number = Int(key), let name = name(value) {
                byNumber[number] = name
            } else if let number = (value as? NSNumber)?.doubleValue, let number = Int(exactly: number) {
                byNumber[number] = key
            }
        }
        guard byNumber.count == object.count else {
            throw Refusal(
                reason:
                    "it is a JSON object that does not say which number each class has; an object from numbers to names, "
                    + "a list of names, or a text file with a name on each line can be read")
        }
        return try (0..<object.count).map { number throws(Refusal) in
            guard let name = byNumber[number] else {
                throw Refusal(reason: "it names \(object.count) classes, and none has the number \(number)")
            }
            return name
        }
    }

    /// A name, or the last of a pair of an id and a name.
    private static func name(_ value: Any) -> String? {
        value as? String ?? (value as? [String]).flatMap { $0.count == 2 ? $0[1] : nil }
    }
}
