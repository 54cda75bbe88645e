import Foundation

extension Pickle {
    /// Returns a dictionary, or the attributes of an object, as JSON; nil for other values.
    ///
    /// Numbers, texts, lists and dictionaries of these are kept. The rest, such as functions and tensors, is left out.
    func json(of value: Value) -> String? {
        guard let object = plain(value, depth: 0) as? [String: Any],
            let data = try? JSONSerialization.data(withJSONObject: object, options: .sortedKeys)
        else { return nil }
        return String(decoding: data, as: UTF8.self)
    }

    /// The most containers within one another that are followed.
    private static let mostDepth = 8

    private func plain(_ value: Value, depth: Int) -> Any? {
        guard depth < Self.mostDepth else { return nil }
        switch value {
        case .bool(let truth): return truth
        case .integer(let number): return number
        case .real(let number): return number.isFinite ? number : nil
        case .text(let text): return text
        case .none, .largeInteger, .bytes: return nil
        case .node(let number):
            if let elements = elements(value) { return elements.compactMap { plain($0, depth: depth + 1) } }
            let attributes = entries(value) ?? (nodes[number].kind == .object ? entries(nodes[number].state) : nil)
            guard let attributes else { return nil }
            var object: [String: Any] = [:]
            for case (.text(let key), let inner) in attributes { object[key] = plain(inner, depth: depth + 1) }
            return object
        }
    }
}
