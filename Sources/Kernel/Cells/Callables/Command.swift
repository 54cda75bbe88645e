/// A callable made from a declaration and a body.
///
/// `Context` is the type of context that the body needs; a host has its own.
package struct Command<Context>: Callable {
    /// Its name, parameters and documentation.
    package let signature: Signature
    private let body: @Sendable (Arguments, any CellContext) throws -> Value

    /// Creates a command that does not use the context of the running cell.
    ///
    /// `body` receives arguments that fit `signature`.
    package init(_ signature: Signature, body: @escaping @Sendable (_ arguments: Arguments) throws -> Value) {
        self.signature = signature
        self.body = { arguments, _ in try body(arguments) }
    }

    /// Runs the body.
    ///
    /// - Throws: what the body throws; a ``CellError`` if the context does not have the command's type.
    package func call(_ arguments: Arguments, in context: any CellContext) throws -> Value {
        try body(arguments, context)
    }
}

extension Command where Context: CellContext {
    /// Creates a command that uses the context of the running cell, which has the host's own type.
    ///
    /// `body` receives arguments that fit `signature`.
    package init(
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
    /// Creates a command that uses the context of the running cell, of any type.
    ///
    /// `body` receives arguments that fit `signature`.
    package init(
        _ signature: Signature,
        body: @escaping @Sendable (_ arguments: Arguments, _ context: any CellContext) throws -> Value
    ) {
        self.signature = signature
        self.body = body
    }
}

/// A command of the language itself, which runs in any host.
typealias BuiltIn = Command<any CellContext>

extension CellContext {
    /// Returns the context as the type that a host's command needs.
    ///
    /// This is the only cast of a context.
    func asked<Context: CellContext>(for type: Context.Type, by signature: Signature) throws -> Context {
        guard let context = self as? Context else {
            throw CellError(.command, "`\(signature.name)` cannot be called here: no cell runs.")
        }
        return context
    }
}
