/// An error that is shown to the user: data, and the message made from it.
public protocol UserFacingError: Error, Hashable, CustomStringConvertible {
    /// The error in the user's words: what, where, expected, found, what to do next.
    var message: String { get }
}

extension UserFacingError {
    /// The same as ``message``.
    public var description: String { message }
}

/// A type-erased ``UserFacingError``; two are equal if they are of the same type and equal there.
public struct AnyUserFacingError: UserFacingError {
    /// The error itself.
    public let base: any UserFacingError

    /// Wraps `base`.
    public init(_ base: some UserFacingError) {
        self.base = base
    }

    /// The message of the error itself.
    public var message: String { base.message }

    /// Compares the errors themselves.
    public static func == (a: AnyUserFacingError, b: AnyUserFacingError) -> Bool {
        AnyHashable(a.base) == AnyHashable(b.base)
    }

    /// Hashes the error itself.
    public func hash(into hasher: inout Hasher) {
        AnyHashable(base).hash(into: &hasher)
    }
}

extension EngineError {
    /// Returns the error of a module above if it is of this type.
    ///
    ///     if let failure = error.other(as: DownloadError.self) { print(failure.reason) }
    public func other<Failure: UserFacingError>(as type: Failure.Type) -> Failure? {
        guard case .other(let error) = self else { return nil }
        return error.base as? Failure
    }
}
