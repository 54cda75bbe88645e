import Compute
import Platform
import Synchronization

/// The SHA-256 of a model's computation apart from the weights' file, computed once, on first use.
///
/// It covers all stored properties of each operation: numbers, choices, and weights by their offset in the file, or by
/// their values if they were computed. So it also covers a property that is added to an operation later.
package final class GraphDigest: Sendable {
    private let graph: Graph
    private let preprocessing: Preprocessing
    private let digest = Mutex<String?>(nil)

    init(_ graph: Graph, _ preprocessing: Preprocessing) {
        self.graph = graph
        self.preprocessing = preprocessing
    }

    /// The hash in hexadecimal, 64 digits.
    package var sha256: String {
        digest.withLock { digest in
            let text = digest ?? ContentHash.sha256(of: words)
            digest = text
            return text
        }
    }

    /// The computation as text, a line for each node and layer.
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

/// Values with all their stored properties as text that is the same in every process.
package enum OperationWords {
    /// Returns a value in words; a property of an unsupported type is marked with a question mark: "?Lock".
    package static func words(of value: Any) -> String {
        switch value {
        case let parameter as Parameter: return words(of: parameter)
        // Made from weights on first use.
        case is PackedMatrix, is ArrangedWeight: return "packed"
        case let number as any BinaryInteger: return "\(number)"
        case let number as any BinaryFloatingPoint: return "\(number)"
        case let text as String: return "“\(text)”"
        // Thousands of them are written much faster at once.
        case let numbers as [Int32]: return "\(numbers)"
        case let truth as Bool: return "\(truth)"
        case let type as Any.Type: return "\(type)"
        default: return wordsOfParts(of: value)
        }
    }

    private static func wordsOfParts(of value: Any) -> String {
        let mirror = Mirror(reflecting: value)
        let type = "\(mirror.subjectType)"
        let unused = (value as? any TensorOperation)?.unusedProperties ?? []
        let parts = mirror.children.filter { !unused.contains($0.label ?? "") }.map { part in
            (part.label.map { "\($0): " } ?? "") + words(of: part.value)
        }
        switch mirror.displayStyle {
        // The contents of a pointer or an object are not the same in another process.
        case _ where type.hasPrefix("Unsafe") || type == "OpaquePointer": return "?\(type)"
        case .enum: return parts.isEmpty ? "\(type).\(value)" : "\(type).(\(parts.joined(separator: ", ")))"
        case .optional: return parts.first ?? "nil"
        case .set, .dictionary: return "\(type)[\(parts.sorted().joined(separator: ", "))]"
        case .struct, .tuple, .collection: return "\(type)(\(parts.joined(separator: ", ")))"
        // A range, for instance, whose mirror has children and no display style.
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
