import Platform

/// The error for a model's weights that could not be downloaded.
public struct DownloadError: UserFacingError {
    /// The requested name.
    public let name: String
    /// The address from which it was requested.
    public let url: String
    /// Why the download failed.
    public let reason: DownloadFailure

    /// The error in the user's words.
    public var message: String { "“\(name)” could not be downloaded: " + reason.message(url: url) }
}

extension EngineError {
    /// Returns the error for weights that could not be downloaded. `name` is the requested name, `url` the address.
    public static func downloadFailed(name: String, url: String, reason: DownloadFailure) -> EngineError {
        .other(AnyUserFacingError(DownloadError(name: name, url: url, reason: reason)))
    }
}
