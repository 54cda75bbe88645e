import Foundation
import Images
import Platform

/// A JSON file beside weights, or an object in it, whose values are read by type. It keeps track of the keys that were
/// read.
///
/// A missing or null value is nil. A value of another type is an error, since it would otherwise be ignored.
final class ConfigurationFile {
    /// The contents.
    let object: JSONObject
    /// The file's path, for errors.
    let path: String
    /// The name in messages: "config.json", "“vision_config” in config.json".
    let name: String

    private var readKeys: Set<String> = []

    init(_ object: JSONObject, path: String, name: String) {
        self.object = object
        self.path = path
        self.name = name
    }

    /// Returns the object of a key.
    func part(_ key: String) throws(EngineError) -> ConfigurationFile? {
        try value(key, "an object") { object, key in object.object(key) }
            .map { ConfigurationFile($0, path: path, name: "“\(key)” in \(name)") }
    }

    func integer(_ key: String) throws(EngineError) -> Int? {
        try value(key, "a whole number") { object, key in object.integer(key) }
    }

    func number(_ key: String) throws(EngineError) -> Double? {
        try value(key, "a number") { object, key in object.number(key).flatMap { $0.isFinite ? $0 : nil } }
    }

    func text(_ key: String) throws(EngineError) -> String? {
        try value(key, "text") { object, key in object.string(key) }
    }

    func texts(_ key: String) throws(EngineError) -> [String]? {
        try value(key, "a list of text") { object, key in object.strings(key) }
    }

    func flag(_ key: String) throws(EngineError) -> Bool? {
        try value(key, "true or false") { object, key in object.flag(key) }
    }

    /// Returns a flag, or `value` if it is missing; null is false, as in Python.
    func flag(_ key: String, default value: Bool) throws(EngineError) -> Bool {
        if object.isNull(key) {
            readKeys.insert(key)
            return false
        }
        return try flag(key) ?? value
    }

    /// Returns three numbers for red, green and blue; a single number stands for all three.
    func numbers(_ key: String) throws(EngineError) -> [Float]? { try colors(key, "three numbers") { $0.isFinite } }

    /// Returns three numbers above 0 for red, green and blue; a single number stands for all three.
    func deviations(_ key: String) throws(EngineError) -> [Float]? {
        try colors(key, "three numbers above 0") { $0 > 0 && $0.isFinite }
    }

    private func colors(
        _ key: String, _ expected: String, _ isPossible: (Float) -> Bool
    ) throws(EngineError) -> [Float]? {
        try value(key, "\(expected), for red, green and blue") { object, key in
            let numbers = object.number(key).map { [Float](repeating: Float($0), count: 3) } ?? object.numbers(key)
            return numbers.flatMap { $0.count == 3 && $0.allSatisfy(isPossible) ? $0 : nil }
        }
    }

    /// Returns a size from a side, or from a height and a width.
    func size(_ key: String) throws(EngineError) -> PixelSize? {
        try value(key, "a side, or a height and a width") { object, key in
            if let side = object.integer(key) { return PixelSize(side: side) }
            guard let sides = object.integers(key), sides.count == 1 || sides.count == 2 else { return nil }
            return PixelSize(width: sides[sides.count - 1], height: sides[0])
        }
    }

    /// Returns an activation by its name.
    func activation(_ key: String) throws(EngineError) -> Activation? {
        guard let name = try text(key) else { return nil }
        guard let activation = Activation(named: name) else { throw unsupported(key, supported: Activation.names) }
        return activation
    }

    /// Returns an interpolation by its name.
    func interpolation(_ key: String) throws(EngineError) -> Interpolation? {
        guard let name = try text(key) else { return nil }
        guard let interpolation = Interpolation(rawValue: name) else {
            throw unsupported(key, supported: englishList(Interpolation.allCases.map(\.rawValue)))
        }
        return interpolation
    }

    /// Refuses the file if a flag has an unsupported value.
    ///
    /// - Parameter value: the only supported value, which is also that of a missing or null flag.
    /// - Throws: ``EngineError/unsupportedConfiguration(place:found:supported:)``.
    func require(_ key: String, _ value: Bool) throws(EngineError) {
        guard let found = try flag(key), found != value else { return }
        throw unsupported(key, supported: "\(value)")
    }

    /// Refuses the file unless each of the keys is missing, null, false, 0, or empty.
    ///
    /// - Throws: ``EngineError/unsupportedConfiguration(place:found:supported:)``.
    func requireUnset(_ keys: String...) throws(EngineError) {
        for key in keys {
            readKeys.insert(key)
            guard let value = object[key] else { continue }
            let isNothing =
                (value as? NSNumber)?.doubleValue == 0 || (value as? String)?.isEmpty == true
                || (value as? [Any])?.isEmpty == true || (value as? [String: Any])?.isEmpty == true
            guard isNothing else { throw unsupported(key, supported: "not set") }
        }
    }

    /// Marks keys as read that do not affect the computation, or that the tensors determine.
    func ignore(_ keys: [String]) { readKeys.formUnion(keys) }

    /// The keys that were not read.
    var unknown: [String] { object.keys.filter { !readKeys.contains($0) && object[$0] != nil } }

    /// Returns the error that the value of a key is not supported.
    func unsupported(_ key: String, supported: String) -> EngineError {
        .unsupportedConfiguration(place: place(key), found: words(key), supported: supported)
    }

    /// Returns the place of a key in words: "“hidden_act” in config.json of “models/config.json”".
    func place(_ key: String) -> String { "“\(key)” in \(name) of “\(path)”" }

    private func value<Result>(
        _ key: String, _ expected: String, _ read: (JSONObject, String) -> Result?
    ) throws(EngineError) -> Result? {
        readKeys.insert(key)
        guard object[key] != nil else { return nil }
        guard let result = read(object, key) else {
            throw .invalidValue(what: place(key), found: words(key), expected: expected)
        }
        return result
    }

    /// Returns a value as JSON text, shortened if it is long.
    private func words(_ key: String) -> String {
        guard let value = object[key] else { return "missing" }
        let data = try? JSONSerialization.data(withJSONObject: value, options: [.fragmentsAllowed, .sortedKeys])
        let text = data.map { String(decoding: $0, as: UTF8.self) } ?? "\(value)"
        return text.count > 80 ? "\(text.prefix(80))…" : text
    }
}
