import Compute
import Platform

/// The tensors of a checkpoint by name, whatever its format.
package struct TensorTable: Sendable {
    /// The path of the checkpoint, for the errors.
    package let path: String
    /// The names in the order in which the tensors were added.
    package private(set) var names: [String] = []

    private var tensors: [String: StoredTensor] = [:]

    /// No tensors yet.
    package init(path: String) {
        self.path = path
    }

    /// Adds a tensor.
    ///
    /// - Returns: false when there is one of this name already.
    @discardableResult
    package mutating func add(_ tensor: StoredTensor, as name: String) -> Bool {
        guard tensors.updateValue(tensor, forKey: name) == nil else { return false }
        names.append(name)
        return true
    }

    /// How many bytes the tensors take, unpacked.
    package var byteCount: Int {
        tensors.values.reduce(0) { sum, tensor in
            let (result, overflow) = sum.addingReportingOverflow(tensor.byteCount)
            return overflow ? .max : result
        }
    }

    /// The shape of a tensor, or nil when there is none of this name.
    package func shape(_ name: String) -> Shape? { tensors[name]?.layout.shape }

    /// Whether a tensor holds whole numbers or truths.
    package func holdsIntegers(_ name: String) -> Bool { tensors[name]?.layout.type.isInteger ?? false }

    /// A tensor as float32.
    ///
    /// - Throws: ``EngineError/missingTensors(path:names:count:)`` and as ``StoredTensor/parameter(_:)``.
    package func parameter(_ name: String) throws(EngineError) -> Parameter {
        guard let tensor = tensors[name] else { throw .missingTensors(path: path, names: [name], count: 1) }
        return try tensor.parameter(name)
    }
}
