import Platform

/// What goes wrong with files of weights.
public enum CheckpointError: UserFacingError {
    /// The file is something else than weights that can be read.
    case otherFormat(path: String, format: OtherFormat)

    /// The error in the user's words.
    public var message: String {
        switch self {
        case .otherFormat(let path, let format):
            "“\(path)” \(format.message)"
        }
    }
}

extension EngineError {
    /// The file is something else than weights that can be read.
    public static func otherFormat(path: String, format: OtherFormat) -> EngineError {
        .other(AnyUserFacingError(CheckpointError.otherFormat(path: path, format: format)))
    }
}
