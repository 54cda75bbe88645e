import Platform

/// What goes wrong with shapes and layers.
public enum ComputeError: UserFacingError {
    /// A tensor or an operation's input has the wrong shape. `place` names it.
    case shapeMismatch(place: String, expected: Shape, found: Shape)
    /// The layer's numbers do not belong to patches, so they have no place in a photograph.
    case noPatches(layer: String, model: String, shape: LayerShape)

    /// The error in the user's words.
    public var message: String {
        switch self {
        case .shapeMismatch(let place, let expected, let found):
            "\(place) must be \(expected), not \(found)."
        case .noPatches(let layer, let model, let shape):
            noPatchesMessage("\(layer) of \(model)", layer, shape)
        }
    }
}

extension EngineError {
    /// A tensor or an operation's input has the wrong shape. `place` names it.
    public static func shapeMismatch(place: String, expected: Shape, found: Shape) -> EngineError {
        .other(AnyUserFacingError(ComputeError.shapeMismatch(place: place, expected: expected, found: found)))
    }

    /// The layer's numbers do not belong to patches, so they have no place in a photograph.
    public static func noPatches(layer: String, model: String, shape: LayerShape) -> EngineError {
        .other(AnyUserFacingError(ComputeError.noPatches(layer: layer, model: model, shape: shape)))
    }
}

/// Why a layer gives no map, and what to ask for instead.
private func noPatchesMessage(_ place: String, _ layer: String, _ shape: LayerShape) -> String {
    switch shape {
    case .vector(let features):
        "\(place) has no patches to lay over a photograph: it is one row of \(features) features for all of it. "
            + "`gradient(of: …, at: photo)` shows where one of them looks."
    case .tokenMixing:
        "\(place) has no patches to lay over a photograph: its hidden units have mixed them. Choose the output of that "
            + "MLP, “\(layer.split(separator: ".").dropLast().joined(separator: "."))”."
    case .heads:
        "\(place) is an attention pattern, from every token to every other. `attention(photo, in: …)` lays it over a "
            + "photograph."
    case .tokens:
        "\(place) has no patches to lay over a photograph."
    }
}
