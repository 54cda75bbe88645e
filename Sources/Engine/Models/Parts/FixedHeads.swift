import Images
import Platform

extension Configuration {
    /// Returns the settings of a model whose heads are determined by a tensor.
    ///
    /// - Parameters:
    ///   - heads: the number of heads.
    ///   - width: the number of features that they share.
    ///   - tensor: the tensor that determines the heads.
    ///   - pooling: the default input of the head.
    ///   - epsilon: the default of the norms' epsilon.
    /// - Throws: ``EngineError/invalidValue(what:found:expected:)`` if a file or the user says another number, or if the heads
    ///   do not divide the width.
    func settings(
        heads: Int, of width: Int, tensor: String, pooling: Pooling, epsilon: Float = 1e-6
    ) throws(EngineError) -> ModelSettings {
        guard settings.heads == nil || settings.heads == heads else {
            throw .invalidValue(
                what: "The number of heads", found: "\(settings.heads ?? 0)",
                expected: "\(heads), as in the tensor “\(tensor)”; leave `heads:` out")
        }
        guard heads > 0, width % heads == 0 else {
            throw .invalidValue(
                what: "The number of heads in the tensor “\(tensor)”", found: "\(heads)",
                expected: "a divisor of the width, which is \(width)")
        }
        return ModelSettings(
            heads: heads, activation: settings.activation ?? .gelu, epsilon: settings.epsilon ?? epsilon,
            pooling: settings.pooling ?? pooling)
    }

    /// Returns the input size of a model that takes any number of patches: the requested size, or that of a configuration.
    ///
    /// - Throws: ``EngineError/invalidValue(what:found:expected:)`` if it is not a multiple of the patch.
    func freeSize(patch: PixelSize, otherwise own: PixelSize) throws(EngineError) -> PixelSize {
        let stored = storedSize ?? own
        return try PatchGrid(stored, patch: patch).size(self, patch: patch)
    }

    /// Returns those of some settings that no file states.
    func open(_ parts: [ModelSettings.Part]) -> [ModelSettings.Part] {
        isComplete ? [] : parts.filter { !settings.specifies($0) }
    }
}
