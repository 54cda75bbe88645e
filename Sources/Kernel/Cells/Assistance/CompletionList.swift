/// The completions for a position in a cell.
package struct CompletionList: Sendable {
    /// The beginning of the text that a completion replaces, in Unicode scalars.
    package var start: Int
    /// The end of that text, in Unicode scalars.
    package var end: Int
    /// The completions, best first.
    package var items: [CompletionItem]
}

/// A completion.
package struct CompletionItem: Sendable, Hashable {
    /// The kinds of completions, which choose the front-end's icon.
    package enum Kind: String, Sendable {
        /// A command or function.
        case function
        /// A variable.
        case variable
        /// An object's property.
        case property
        /// An object's method.
        case method
        /// An argument's label.
        case argument
        /// A possible value of an argument, or a key in a subscript.
        case value
        /// A keyword of the language.
        case keyword
        /// A file.
        case path
        /// A type such as `Int`.
        case type
    }

    /// The text to insert.
    package var text: String
    /// The kind of thing that it is.
    package var kind: Kind
    /// The signature, type or summary shown beside it.
    package var detail: String

    /// Creates a completion.
    package init(_ text: String, _ kind: Kind, detail: String = "") {
        self.text = text
        self.kind = kind
        self.detail = detail
    }
}

/// A request for the texts that fit between the quotes of an argument.
package struct CompletionRequest: Sendable {
    /// The text between the opening quote and the cursor.
    package var prefix: String
    /// The receiver of the method, if known: the model of `vit.logit("…")`.
    package var receiver: Value?
}

/// A source of the texts that fit between the quotes of an argument: models, files, classes.
package protocol CompletionSource: Sendable {
    /// Returns the texts that fit.
    ///
    /// Called on the thread that asks for completions. Items that do not begin with the prefix are dropped.
    func items(_ request: CompletionRequest) -> [CompletionItem]
}
