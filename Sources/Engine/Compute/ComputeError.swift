import Platform

/// What goes wrong with shapes and layers.
public enum ComputeError: UserFacingError {
    /// A tensor or an operation's input has the wrong shape. `place` names it.
    case shapeMismatch(place: String, expected: Shape, found: Shape)
    /// The layer's numbers do not belong to patches, so they have no place in a photograph.
    case noPatches(layer: String, model: String, shape: LayerShape)
    /// The model has no layer at this address.
    case unknownLayer(address: String, model: String, near: [String])
    /// The processor lacks instructions that this build uses.
    case unsupportedProcessor(missing: [String])
    /// A library that is opened when it is needed is not there; `package` is Debian's that has it.
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
            "This machine lacks \(name), which every model needs. Install Debian's package \(package), or your "
                + "system's own, and restart the kernel."
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

    /// The model has no layer at this address.
    public static func unknownLayer(address: String, model: String, near: [String]) -> EngineError {
        .other(AnyUserFacingError(ComputeError.unknownLayer(address: address, model: model, near: near)))
    }

    /// The processor lacks instructions that this build uses.
    public static func unsupportedProcessor(missing: [String]) -> EngineError {
        .other(AnyUserFacingError(ComputeError.unsupportedProcessor(missing: missing)))
    }

    /// A library that is opened when it is needed is not there; `package` is Debian's that has it.
    public static func libraryMissing(name: String, package: String) -> EngineError {
        .other(AnyUserFacingError(ComputeError.libraryMissing(name: name, package: package)))
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
