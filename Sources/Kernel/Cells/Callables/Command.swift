/// A callable made of a declaration and a body.
///
/// `Context` is what the body asks of the cell that runs: a host has one of its own.
public struct Command<Context>: Callable {
    /// Its name, parameters and documentation.
    public let signature: Signature
    private let body: @Sendable (Arguments, any CellContext) throws -> Value

    /// A command that asks nothing of the cell that runs.
    ///
    /// `body` receives arguments that fit `signature`.
    public init(_ signature: Signature, body: @escaping @Sendable (_ arguments: Arguments) throws -> Value) {
        self.signature = signature
        self.body = { arguments, _ in try body(arguments) }
    }

    /// Runs the body.
    ///
    /// - Throws: what the body throws; a ``CellError`` where the context is not the command's.
    public func call(_ arguments: Arguments, in context: any CellContext) throws -> Value {
        try body(arguments, context)
    }
}

extension Command where Context: CellContext {
    /// A command that is told which cell runs, as its host knows it.
    ///
    /// `body` receives arguments that fit `signature`.
    public init(
        _ signature: Signature,
        body: @escaping @Sendable (_ arguments: Arguments, _ context: Context) throws -> Value
    ) {
        self.signature = signature
        self.body = { arguments, context in
            try body(arguments, context.asked(for: Context.self, by: signature))
        }
    }
}

extension Command where Context == any CellContext {
    /// A command that is told which cell runs, whichever host it has.
    ///
    /// `body` receives arguments that fit `signature`.
    public init(
        _ signature: Signature,
        body: @escaping @Sendable (_ arguments: Arguments, _ context: any CellContext) throws -> Value
    ) {
        self.signature = signature
        self.body = body
    }
}

/// A command of the language's own, which any host may run.
typealias BuiltIn = Command<any CellContext>

extension CellContext {
    /// The context as a host's command knows it. The only place where a context is asked for its type.
    func asked<Context: CellContext>(for type: Context.Type, by signature: Signature) throws -> Context {
        guard let context = self as? Context else {
            throw CellError(.command, "`\(signature.name)` cannot be called here: no cell runs.")
        }
        return context
    }
}
