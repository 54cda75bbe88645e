import Compute
import Platform
import Visualization

/// The two readings of an index into a layer's output, `activation[:, f]`.
///
/// On a convolutional network it is feature f at every place. On a transformer's `[1, 197, 768]` it is token f with all
/// of its features, and f = 0 is CLS. Source: the article *Feature Visualisation for Transformers (a first attempt)*,
/// whose code means the first and gets the second.
extension Target {
    /// What was meant: feature f of every token, the special ones too.
    public static func neuronReading(_ index: Int, of layer: String, model: String) -> Target {
        Target(model: model, layer: layer, features: .indices([index]), tokens: .all)
    }

    /// What such code does: every feature of token f, counted with the special tokens before the patches.
    ///
    /// - Parameter shape: what the layer's output is.
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
