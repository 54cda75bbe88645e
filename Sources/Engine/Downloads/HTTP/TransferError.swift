import Platform

/// Why a transfer ended early.
enum TransferError: Error {
    /// The server or the connection failed.
    case failed(DownloadFailure)
    /// This side stopped it: an interrupt, or a disk error.
    case stopped(EngineError)

    /// Returns the error for the user who requested `name`.
    func engineError(name: String, url: String) -> EngineError {
        switch self {
        case .failed(let failure): .downloadFailed(name: name, url: shownAddress(url), reason: failure)
        case .stopped(let error): error
        }
    }
}

/// Runs local work, whose errors stop the transfer.
func locally<Result>(_ body: () throws(EngineError) -> Result) throws(TransferError) -> Result {
    do { return try body() } catch { throw .stopped(error) }
}
