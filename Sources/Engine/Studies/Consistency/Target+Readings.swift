import Compute
import Platform
import Visualization

/// The two readings of an index into a layer's output, `activation[:, f]`.
///
/// On a convolutional network it is feature f at every position. On a transformer's `[1, 197, 768]` it is token f with
/// all of its features, and f = 0 is CLS. Source: the article *Feature Visualisation for Transformers (a first
/// attempt)*, whose code intends the first and gets the second.
extension Target {
    /// Returns the target that the code intends: feature f of every token, including the special ones.
    public static func neuronReading(_ index: Int, of layer: String, model: String) -> Target {
        Target(model: model, layer: layer, features: .indices([index]), tokens: .all)
    }

    /// Returns the target that the code gets: every feature of token f, where special tokens come before the patches.
    ///
    /// - Parameter shape: the shape of the layer's output.
    /// - Throws: ``EngineError`` `.outOfRange`; `.invalidObjective` for a layer without tokens.
    public static func tokenReading(
        _ index: Int, of layer: String, model: String, in shape: LayerShape
    ) throws(EngineError) -> Target {
        guard case .tokens(let layout, _) = shape else {
            throw .invalidObjective(
                reason: "\(layer) of \(model) has no tokens: its \(shape.features) features are its only index.")
        }
        guard (0..<layout.count).contains(index) else {
            throw .outOfRange(what: "token", index: index, count: layout.count, place: "\(layer) of \(model)")
        }
        let tokens: TokenSelection =
            index < layout.firstPatch ? .special(layout.special[index]) : .indices([index - layout.firstPatch])
        return Target(model: model, layer: layer, features: .all, tokens: tokens)
    }
}
