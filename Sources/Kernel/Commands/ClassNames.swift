import Engine
import Foundation

/// Where the names of classes come from.
enum ClassNames {
    /// "imagenet", or what a file says.
    static func named(_ nameOrPath: String) throws -> [String] {
        nameOrPath == "imagenet" ? ImageNet.classes : try read((nameOrPath as NSString).expandingTildeInPath)
    }

    /// The names in a file: one a line, or JSON as frameworks write it (``ClassList``).
    ///
    /// A WordNet id in front, as in ImageNet's lists, is left out; so are empty lines.
    ///
    /// - Throws: ``EngineError/fileMissing(path:)``, ``EngineError/fileUnreadable(path:reason:)``.
    static func read(_ path: String) throws -> [String] {
        guard let text = text(of: Data(try OrdinaryFile.contents(of: path, limit: 100_000_000))) else {
            throw EngineError.fileUnreadable(path: path, reason: "it is not a text file")
        }
        let names: [String]
        if ["{", "["].contains(text.first { !$0.isWhitespace }) {
            do throws(ClassList.Refusal) {
                names = try ClassList(Data(text.utf8)).names
            } catch {
                throw EngineError.fileUnreadable(path: path, reason: error.reason)
            }
        } else {
            names = text.split(whereSeparator: \.isNewline).map { line in
                line.trimmingCharacters(in: .whitespaces)
            }
        }
        return names.map(withoutWordNetID).filter { !$0.isEmpty }
    }

    /// A file's text without the mark of its byte order: UTF-8, or UTF-16 where that mark says so.
    private static func text(of bytes: Data) -> String? {
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
            return String(data: bytes, encoding: .utf16)
        }
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
            throw Refusal(reason: "it begins like JSON but cannot be read as JSON")
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
