import Platform

/// Why a transfer ended before its time.
enum TransferError: Error {
    /// The other side, or the way there.
    case failed(DownloadFailure)
    /// This side: an interrupt, or a disk that takes no more.
    case stopped(EngineError)

    /// The error for a person who asked for `name`.
    func engineError(name: String, url: String) -> EngineError {
        switch self {
        case .failed(let failure): .downloadFailed(name: name, url: shownAddress(url), reason: failure)
        case .stopped(let error): error
        }
    }
}

/// Runs what concerns this side: its errors stop the transfer.
func locally<Result>(_ body: () throws(EngineError) -> Result) throws(TransferError) -> Result {
    do { return try body() } catch { throw .stopped(error) }
}
