import Platform

/// An error in reading a picture.
public enum ImageError: UserFacingError {
    /// The file is not an image that can be read. `found` is what its first bytes look like.
    case notAnImage(path: String, found: String)

    /// The error in the user's words.
    public var message: String {
        switch self {
        case .notAnImage(let path, let found):
            "“\(path)” is not an image that can be read: it looks like \(found). PNG and JPEG can be read."
        }
    }
}

extension EngineError {
    /// Returns the error for a file that is not an image that can be read. `found` is what its first bytes look like.
    public static func notAnImage(path: String, found: String) -> EngineError {
        .other(AnyUserFacingError(ImageError.notAnImage(path: path, found: found)))
    }
}
