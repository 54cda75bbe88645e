import Compute
import Platform
import Synchronization

/// The SHA-256 of everything that a model computes besides its weights' file, worked out once, when first asked for.
///
/// Each operation is taken with all that it stores, whatever that is: numbers, choices, and weights by their place in the
/// file or, where they were made from it, by their values. So a constant that an operation gets one day is among it.
package final class GraphDigest: Sendable {
    private let graph: Graph
    private let preprocessing: Preprocessing
    private let digest = Mutex<String?>(nil)

    init(_ graph: Graph, _ preprocessing: Preprocessing) {
        self.graph = graph
        self.preprocessing = preprocessing
    }

    /// In hexadecimal: 64 digits.
    package var sha256: String {
        digest.withLock { digest in
            let text = digest ?? ContentHash.sha256(of: words)
            digest = text
            return text
        }
    }

    /// The whole as text, a line for each node and layer.
    private var words: String {
        let nodes = graph.nodes.map { node in
            "\(node.inputs) \(node.operation.map { OperationWords.words(of: $0) } ?? "picture") \(node.shape)"
        }
        let layers = graph.layers.map { layer in
            "\(layer.address) \(graph.node(layer.address) ?? -1) \(layer.shape.words)"
        }
        return (nodes + layers + [OperationWords.words(of: preprocessing)]).joined(separator: "\n")
    }
}

/// A value with all that it stores as text that is the same in every process.
package enum OperationWords {
    /// The value in words; what stores something of a kind that is not known here says so: "?Lock".
    package static func words(of value: Any) -> String {
        switch value {
        case let parameter as Parameter: return words(of: parameter)
        // Made of weights, when they are first used.
        case is PackedMatrix: return "packed"
        case let number as any BinaryInteger: return "\(number)"
        case let number as any BinaryFloatingPoint: return "\(number)"
        case let text as String: return "“\(text)”"
        case let truth as Bool: return "\(truth)"
        case let type as Any.Type: return "\(type)"
        default: return wordsOfParts(of: value)
        }
    }

    private static func wordsOfParts(of value: Any) -> String {
        let mirror = Mirror(reflecting: value)
        let type = "\(mirror.subjectType)"
        let parts = mirror.children.map { part in (part.label.map { "\($0): " } ?? "") + words(of: part.value) }
        switch mirror.displayStyle {
        // A pointer or an object has nothing in it that another process would find there.
        case _ where type.hasPrefix("Unsafe") || type == "OpaquePointer": return "?\(type)"
        case .enum: return parts.isEmpty ? "\(type).\(value)" : "\(type).(\(parts.joined(separator: ", ")))"
        case .optional: return parts.first ?? "nil"
        case .set, .dictionary: return "\(type)[\(parts.sorted().joined(separator: ", "))]"
        case .struct, .tuple, .collection: return "\(type)(\(parts.joined(separator: ", ")))"
        // A range, for instance, which tells its parts and not what it is.
        case nil where !parts.isEmpty: return "\(type)(\(parts.joined(separator: ", ")))"
        default: return "?\(type)"
        }
    }

    private static func words(of parameter: Parameter) -> String {
        switch parameter.place {
        case .file(let offset, let byteCount): return "\(parameter.shape) at \(offset) of \(byteCount)"
        case .memory:
            let values = UnsafeRawBufferPointer(
                start: parameter.values, count: parameter.count * MemoryLayout<Float>.stride)
            return "\(parameter.shape) of \(ContentHash.sha256(of: [values]))"
        }
    }
}
