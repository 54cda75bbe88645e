import Compute
import Platform

/// The tensors of a checkpoint by name.
struct TensorTable: Sendable {
    /// The path of the checkpoint, for the errors.
    package let path: String
    /// The names in the order in which the tensors were added.
    package private(set) var names: [String] = []

    private var tensors: [String: StoredTensor] = [:]

    /// Creates an empty table.
    package init(path: String) {
        self.path = path
    }

    /// Adds a tensor.
    ///
    /// - Returns: false if there is already one of this name.
    @discardableResult
    package mutating func add(_ tensor: StoredTensor, as name: String) -> Bool {
        guard tensors.updateValue(tensor, forKey: name) == nil else { return false }
        names.append(name)
        return true
    }

    /// The size of the tensors in bytes, unpacked.
    package var byteCount: Int {
        tensors.values.reduce(0) { sum, tensor in
            let (result, overflow) = sum.addingReportingOverflow(tensor.byteCount)
            return overflow ? .max : result
        }
    }

    /// Returns the shape of a tensor, or nil if there is none of this name.
    package func shape(_ name: String) -> Shape? { tensors[name]?.layout.shape }

    /// Returns whether a tensor holds integers or bools.
    package func holdsIntegers(_ name: String) -> Bool { tensors[name]?.layout.type.isInteger ?? false }

    /// Returns a tensor as float32.
    ///
    /// - Throws: ``EngineError/missingTensors(path:names:count:)`` and the errors of ``StoredTensor/parameter(_:)``.
    package func parameter(_ name: String) throws(EngineError) -> Parameter {
        guard let tensor = tensors[name] else { throw .missingTensors(path: path, names: [name], count: 1) }
        return try tensor.parameter(name)
    }
}
