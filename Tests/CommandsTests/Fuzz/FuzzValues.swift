import Foundation
import TestKernel

/// What stands in place of a number: nothing, too little, too much, none, and what is no number at all.
enum FuzzValues {
    /// As JSON, and as what people's files hold that is not quite JSON.
    static let json = [
        "0", "-1", "1e-300", "-0.5", "0.5", "1e18", "1000000000000000000", "9223372036854775807", "1e300", "1e999",
        "NaN",
        "-Infinity", "\"text\"", "\"12\"", "[]", "[7]", "[1e300, -1]", "{}", "null", "true", "3", "2147483648",
    ]

    /// As a cell writes them.
    static let cells = [
        "0", "-1", "1e-300", "0.5", "-0.5", "1000000000000000000", "9223372036854775807", "-9223372036854775808",
        "1e300",
        "(0.0 / 0.0)", "(1.0 / 0.0)", "(-1.0 / 0.0)", "\"text\"", "[]", "[1, 2]", "nil", "true", "2147483648",
        "4294967296",
        "(0..<1)", "(0..<1000000000000000000)", "((-5)..<2)",
    ]

    /// Every file that has one value of a JSON text replaced by each of ``json``.
    ///
    /// - Returns: the place of the value in words, what stands there, and the text.
    static func changed(_ text: String) throws -> [(place: String, value: String, text: String)] {
        let whole = try JSONSerialization.jsonObject(with: Data(text.utf8))
        let mark = "@here@"
        var found: [(String, String, String)] = []
        for path in paths(of: whole) {
            let marked = try JSONSerialization.data(
                withJSONObject: replacing(whole, at: path[...], with: mark), options: [.sortedKeys])
            let template = String(decoding: marked, as: UTF8.self)
            for value in json {
                let place = path.map { "\($0)" }.joined(separator: ".")
                found.append((place, value, template.replacing("\"\(mark)\"", with: value)))
            }
        }
        return found
    }

    /// The ways to every value but the whole: keys, and places in lists.
    private static func paths(of value: Any) -> [[AnyHashable]] {
        if let object = value as? [String: Any] {
            return object.keys.sorted().flatMap { key in
                [[AnyHashable(key)]] + paths(of: object[key] ?? NSNull()).map { [AnyHashable(key)] + $0 }
            }
        }
        guard let list = value as? [Any] else { return [] }
        return list.indices.flatMap { index in
            [[AnyHashable(index)]] + paths(of: list[index]).map { [AnyHashable(index)] + $0 }
        }
    }

    private static func replacing(_ value: Any, at path: ArraySlice<AnyHashable>, with new: Any) -> Any {
        guard let first = path.first else { return new }
        if var object = value as? [String: Any], let key = first as? String {
            object[key] = replacing(object[key] ?? NSNull(), at: path.dropFirst(), with: new)
            return object
        }
        if var list = value as? [Any], let index = first as? Int {
            list[index] = replacing(list[index], at: path.dropFirst(), with: new)
            return list
        }
        return value
    }
}

extension Array {
    /// So many of the elements, chosen by a seed; all of them, in another order, where there are no more.
    func chosen(_ count: Int, seed: UInt64) -> [Element] {
        var chance = Chance(state: seed)
        return Array(shuffled(using: &chance).prefix(count))
    }
}
