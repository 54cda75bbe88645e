/// What can stand at a place in a cell.
public struct CompletionList: Sendable {
    /// Where the text that a completion replaces begins, in Unicode scalars.
    public var start: Int
    /// Where it ends, in Unicode scalars.
    public var end: Int
    /// The completions, best first.
    public var items: [CompletionItem]
}

/// One completion.
public struct CompletionItem: Sendable, Hashable {
    /// What a completion is, for the front-end's icon.
    public enum Kind: String, Sendable {
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
        /// A choice of an argument, or a key in a subscript.
        case value
        /// A word of the language.
        case keyword
        /// A file.
        case path
        /// A type such as `Int`.
        case type
    }

    /// What is inserted.
    public var text: String
    /// What it is.
    public var kind: Kind
    /// The signature, type or summary shown beside it.
    public var detail: String

    /// A completion.
    public init(_ text: String, _ kind: Kind, detail: String = "") {
        self.text = text
        self.kind = kind
        self.detail = detail
    }
}

/// A question about what fits between the quotes of an argument.
public struct CompletionRequest: Sendable {
    /// What stands in the quotes before the cursor.
    public var prefix: String
    /// The value whose method is called, where that is known: the model of `vit.logit("…")`.
    public var receiver: Value?
}

/// What fits between the quotes of an argument: models, files, classes.
public protocol CompletionSource: Sendable {
    /// What fits.
    ///
    /// Called on the thread that asks for completions. Items that do not begin with the prefix are dropped.
    func items(_ request: CompletionRequest) -> [CompletionItem]
}

/// What stands at a place in a cell.
public enum InspectionTarget: Sendable {
    /// A command, function or method.
    case callable(Signature)
    /// A variable or the value of an expression without side effects.
    case variable(name: String, value: Value)
    /// A member whose value is not known.
    case member(MemberDeclaration)
}

/// Whether a cell can be run as it stands.
public enum Completeness: Sendable, Hashable {
    /// It can be run.
    case complete
    /// It goes on; `indent` begins the next line.
    case incomplete(indent: String)
    /// No continuation makes it right.
    case invalid
}
