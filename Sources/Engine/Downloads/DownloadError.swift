import Platform

/// A model's weights could not be fetched.
public struct DownloadError: UserFacingError {
    /// What was asked for.
    public let name: String
    /// Where it was looked for.
    public let url: String
    /// Why it came to nothing.
    public let reason: DownloadFailure

    /// The error in the user's words.
    public var message: String { "“\(name)” could not be downloaded: " + reason.message(url: url) }
}

extension EngineError {
    /// A model's weights could not be fetched. `name` is what was asked for, `url` where it was looked for.
    public static func downloadFailed(name: String, url: String, reason: DownloadFailure) -> EngineError {
        .other(AnyUserFacingError(DownloadError(name: name, url: url, reason: reason)))
    }
}
