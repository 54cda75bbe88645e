import Platform

/// What goes wrong with objectives and while a picture is made.
public enum RenderError: UserFacingError {
    /// An objective that cannot be computed: of two models, empty …
    case invalidObjective(reason: String)
    /// The activation stopped being a number at this step.
    case notANumber(step: Int)
    /// The activation is no number from the first step on, since these tensors of the weights hold NaN or infinity.
    case notFinite(model: String, tensors: [String])

    /// The error in the user's words.
    public var message: String {
        switch self {
        case .invalidObjective(let reason):
            reason
        case .notANumber(let step):
            "The activation stopped being a number at step \(step). The learning rate may be too high."
        case .notFinite(let model, let tensors):
            "The weights of \(model) hold NaN or infinity in "
                + tensors.prefix(3).map { "“\($0)”" }.joined(separator: ", ")
                + (tensors.count > 3 ? " and \(tensors.count - 3) more tensors" : "")
                + ", so nothing that is computed with them is a number. Use weights from before the training failed."
        }
    }
}

extension EngineError {
    /// An objective that cannot be computed: of two models, empty …
    public static func invalidObjective(reason: String) -> EngineError {
        .other(AnyUserFacingError(RenderError.invalidObjective(reason: reason)))
    }

    /// The activation stopped being a number at this step.
    public static func notANumber(step: Int) -> EngineError {
        .other(AnyUserFacingError(RenderError.notANumber(step: step)))
    }

    /// The activation is no number from the first step on, since these tensors of the weights hold NaN or infinity.
    public static func notFinite(model: String, tensors: [String]) -> EngineError {
        .other(AnyUserFacingError(RenderError.notFinite(model: model, tensors: tensors)))
    }
}
