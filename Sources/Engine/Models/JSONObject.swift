import Foundation

/// A JSON object whose values are read by type; a value that is missing or of another type is nil.
struct JSONObject {
    private let values: [String: Any]

    init?(_ data: Data) {
        let object = (try? JSONSerialization.jsonObject(with: data)) ?? Self.pythonObject(data)
        guard let values = object as? [String: Any] else { return nil }
        self.values = values
    }

    private init(_ values: [String: Any]) { self.values = values }

    /// Parses JSON in which Python wrote NaN and Infinity, which JSON does not have. They become strings, so that they
    /// are not read as numbers.
    private static func pythonObject(_ data: Data) -> Any? {
        let text = String(decoding: data, as: UTF8.self)
            .replacing(/"(?:[^"\\]|\\.)*"|-?Infinity|NaN/) { $0.0.hasPrefix("\"") ? String($0.0) : "\"\($0.0)\"" }
        return try? JSONSerialization.jsonObject(with: Data(text.utf8))
    }

    /// The keys, sorted.
    var keys: [String] { values.keys.sorted() }
    /// The value of a key as it was read; nil if it is missing or null.
    subscript(key: String) -> Any? { values[key].flatMap { $0 is NSNull ? nil : $0 } }
    /// Returns whether the value of a key is null.
    func isNull(_ key: String) -> Bool { values[key] is NSNull }

    func object(_ key: String) -> JSONObject? { (values[key] as? [String: Any]).map(JSONObject.init) }
    func string(_ key: String) -> String? { values[key] as? String }
    func strings(_ key: String) -> [String]? { values[key] as? [String] }
    func integer(_ key: String) -> Int? { (values[key] as? NSNumber).flatMap { Int(exactly: $0.doubleValue) } }
    func number(_ key: String) -> Double? { (values[key] as? NSNumber)?.doubleValue }
    func flag(_ key: String) -> Bool? { values[key] as? Bool }
    func numbers(_ key: String) -> [Float]? { (values[key] as? [NSNumber])?.map(\.floatValue) }
    func integers(_ key: String) -> [Int]? {
        guard let numbers = values[key] as? [NSNumber] else { return nil }
        let whole = numbers.compactMap { Int(exactly: $0.doubleValue) }
        return whole.count == numbers.count ? whole : nil
    }

    /// Every value as text.
    var texts: [String: String] {
        values.mapValues { value in
            switch value {
            case let text as String: text
            case let number as NSNumber: Self.words(number)
            default: "–"
            }
        }
    }

    private static func words(_ number: NSNumber) -> String {
        if let truth = number as? Bool, number.stringValue.count == 1, type(of: number) != type(of: NSNumber(value: 1))
        {
            return "\(truth)"
        }
        return number.stringValue
    }
}
