import Foundation

/// Class names in JSON, in the forms that frameworks write:
///
/// - a list of names, or of pairs of a WordNet ID and a name;
/// - an object from numbers to names or such pairs: torchvision's and Keras's `imagenet_class_index.json`;
/// - an object from names to numbers: torchvision's `class_to_idx`, Keras's `class_indices`;
/// - an object that contains one of these: Hugging Face's `id2label` or `label2id`, timm's `label_names`.
struct ClassList {
    /// The reason why the JSON cannot be used, to follow the file's name in an error.
    struct FormatError: Error {
        let reason: String
    }

    /// The names in the order of the logits.
    let names: [String]

    private static let keys = ["id2label", "label2id", "label_names", "class_to_idx", "classes"]

    init(_ json: Data) throws(FormatError) {
        guard let value = try? JSONSerialization.jsonObject(with: json) else {
            throw FormatError(reason: "it begins like JSON but cannot be read as JSON; write one name per line")
        }
        let whole = value as? [String: Any]
        let nested = [whole, whole?["pretrained_cfg"] as? [String: Any]].compactMap { $0 }.lazy
            .compactMap { object in
                Self.keys.lazy.compactMap { object[$0] }.first { $0 is [Any] || $0 is [String: Any] }
            }
            .first
        names = try Self.names(in: nested ?? value)
    }

    private static func names(in value: Any) throws(FormatError) -> [String] {
        if let list = value as? [Any] {
            let names = list.compactMap(name)
            guard names.count == list.count, !names.isEmpty else {
                throw FormatError(reason: "its list holds something other than class names")
            }
            return names
        }
        guard let object = value as? [String: Any], !object.isEmpty else {
            throw FormatError(reason: "it holds no class names")
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
            throw FormatError(
                reason:
                    "it is a JSON object that does not give each class a number; an object from numbers to names, a "
                    + "list of names, or a text file with a name on each line can be read")
        }
        return try (0..<object.count).map { number throws(FormatError) in
            guard let name = byNumber[number] else {
                throw FormatError(reason: "it names \(object.count) classes, but none has the number \(number)")
            }
            return name
        }
    }

    /// Returns a name, or the second element of a pair of an ID and a name.
    private static func name(_ value: Any) -> String? {
        value as? String ?? (value as? [String]).flatMap { $0.count == 2 ? $0[1] : nil }
    }
}
