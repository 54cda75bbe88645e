/// A callable made of a declaration and a body.
public struct Command: Callable {
    /// Its name, parameters and documentation.
    public let signature: Signature
    private let body: @Sendable (Arguments, any CellContext) throws -> Value

    /// A command.
    ///
    /// `body` receives arguments that fit `signature`.
    public init(
        _ signature: Signature,
        body: @escaping @Sendable (_ arguments: Arguments, _ context: any CellContext) throws -> Value
    ) {
        self.signature = signature
        self.body = body
    }

    /// Runs the body.
    public func call(_ arguments: Arguments, in context: any CellContext) throws -> Value {
        try body(arguments, context)
    }
}
