import Platform

/// Errors of objectives and of rendering.
public enum RenderError: UserFacingError {
    /// An objective cannot be computed: it is of two models, empty …
    case invalidObjective(reason: String)
    /// The activation became NaN or infinite at this step.
    case notANumber(step: Int)
    /// The activation is NaN or infinite from the first step on, since these tensors of the weights contain such values.
    case notFinite(model: String, tensors: [String])

    /// The error in the user's words.
    public var message: String {
        switch self {
        case .invalidObjective(let reason):
            reason
        case .notANumber(let step):
            "The activation became NaN or infinite at step \(step). The learning rate may be too high."
        case .notFinite(let model, let tensors):
            "The weights of \(model) contain NaN or infinite values in "
                + tensors.prefix(3).map { "“\($0)”" }.joined(separator: ", ")
                + (tensors.count > 3 ? " and \(tensors.count - 3) more tensors" : "")
                + ", so nothing can be computed with them. Use weights from before the training failed."
        }
    }
}

extension EngineError {
    /// Creates the error of an objective that cannot be computed: of two models, empty …
    public static func invalidObjective(reason: String) -> EngineError {
        .other(AnyUserFacingError(RenderError.invalidObjective(reason: reason)))
    }

    /// Creates the error of an activation that became NaN or infinite at `step`.
    public static func notANumber(step: Int) -> EngineError {
        .other(AnyUserFacingError(RenderError.notANumber(step: step)))
    }

    /// Creates the error of an activation that is NaN or infinite because these tensors of the weights contain such values.
    public static func notFinite(model: String, tensors: [String]) -> EngineError {
        .other(AnyUserFacingError(RenderError.notFinite(model: model, tensors: tensors)))
    }
}
