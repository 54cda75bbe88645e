import Platform

/// Errors of shapes, layers and the processor.
public enum ComputeError: UserFacingError {
    /// A tensor or an operation's input has the wrong shape; `place` names it and begins the message.
    case shapeMismatch(place: String, expected: Shape, found: Shape)
    /// The layer's values do not belong to patches, so they have no place in a photograph.
    case noPatches(layer: String, model: String, shape: LayerShape)
    /// The model has no layer at this address.
    case unknownLayer(address: String, model: String, near: [String])
    /// The processor lacks instructions that this build uses.
    case unsupportedProcessor(missing: [String])
    /// A library that is opened on first use is missing; `package` is the Debian package that contains it.
    case libraryMissing(name: String, package: String)

    /// The error in the user's words.
    public var message: String {
        switch self {
        case .shapeMismatch(let place, let expected, let found):
            "\(place) must be \(expected), not \(found)."
        case .noPatches(let layer, let model, let shape):
            noPatchesMessage("\(layer) of \(model)", layer, shape)
        case .unknownLayer(let address, let model, let near):
            "\(model) has no layer “\(address)”.\(suggestion(near)) Its `.layers` lists every address."
        case .unsupportedProcessor(let missing):
            "This build needs a processor with \(missing.joined(separator: ", ")). "
                + "Build it on this machine with `make build ARCHITECTURE=x86-64`."
        case .libraryMissing(let name, let package):
            "\(name), which every model needs, is not installed on this machine. Install the Debian package "
                + "\(package), or its equivalent on your system, and restart the kernel."
        }
    }
}

extension EngineError {
    /// Creates the error of a tensor or an operation's input that has the wrong shape; `place` names it.
    public static func shapeMismatch(place: String, expected: Shape, found: Shape) -> EngineError {
        .other(AnyUserFacingError(ComputeError.shapeMismatch(place: place, expected: expected, found: found)))
    }

    /// Creates the error of a layer whose values do not belong to patches, so they have no place in a photograph.
    public static func noPatches(layer: String, model: String, shape: LayerShape) -> EngineError {
        .other(AnyUserFacingError(ComputeError.noPatches(layer: layer, model: model, shape: shape)))
    }

    /// Creates the error of an address at which the model has no layer.
    public static func unknownLayer(address: String, model: String, near: [String]) -> EngineError {
        .other(AnyUserFacingError(ComputeError.unknownLayer(address: address, model: model, near: near)))
    }

    /// Creates the error of a processor that lacks instructions that this build uses.
    public static func unsupportedProcessor(missing: [String]) -> EngineError {
        .other(AnyUserFacingError(ComputeError.unsupportedProcessor(missing: missing)))
    }

    /// Creates the error of a missing library that is opened on first use; `package` is the Debian package that contains it.
    public static func libraryMissing(name: String, package: String) -> EngineError {
        .other(AnyUserFacingError(ComputeError.libraryMissing(name: name, package: package)))
    }
}

/// Returns the reason why a layer gives no map, and what to ask for instead.
private func noPatchesMessage(_ place: String, _ layer: String, _ shape: LayerShape) -> String {
    switch shape {
    case .vector(let features):
        "\(place) has no patches to lay over a photograph: it is one row of \(features) features for the "
            + "whole photograph. `gradient(of: …, at: photo)` shows which pixels one of them depends on."
    case .tokenMixing:
        "\(place) has no patches to lay over a photograph: its hidden units have mixed them. Choose the output of that "
            + "MLP, “\(layer.split(separator: ".").dropLast().joined(separator: "."))”."
    case .heads, .windows:
        "\(place) is an attention pattern, from every token to every other. `attention(photo, in: …)` lays it over a "
            + "photograph."
    case .pooling:
        "\(place) is the pattern of attention pooling: how much each head takes from every token. "
            + "`activations` of the layer that it pools has the tokens themselves."
    case .tokens:
        "\(place) has no patches to lay over a photograph."
    }
}
