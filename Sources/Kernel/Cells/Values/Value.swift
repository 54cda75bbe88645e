/// What an expression in a cell gives: the cell language's only kind of value.
///
/// The language is dynamically typed. Lists, dictionaries and texts are values, as in Swift: a copy
/// does not change with the original.
public enum Value: Sendable {
    /// `nil`.
    case nothing
    /// `true` or `false`.
    case boolean(Bool)
    /// A whole number.
    case integer(Int)
    /// A number with a fraction, Swift's `Double`.
    case number(Double)
    /// Text.
    case string(String)
    /// A list.
    case array([Value])
    /// A dictionary, in the order in which its keys were added.
    case dictionary(ValueDictionary)
    /// Whole numbers from a lower bound up to, and without, an upper bound. `0...3` is `0..<4`.
    case range(Range<Int>)
    /// A tuple. An empty one is Swift's `Void`; see ``void``.
    case tuple([TupleElement])
    /// An implicit member: `.cosine`, or `.vital(references: "x")`.
    case symbol(Symbol)
    /// A function, a closure or a command.
    case function(any Callable)
    /// A value that the host brings: a model, a layer, a picture.
    case object(any CellObject)

    /// What a command gives that has nothing to give.
    ///
    /// A cell that ends in it shows nothing.
    public static let void = Value.tuple([])

    /// Whether this is ``void``.
    public var isVoid: Bool {
        if case .tuple(let elements) = self { elements.isEmpty } else { false }
    }

    /// Whether this is `nil`.
    public var isNothing: Bool {
        if case .nothing = self { true } else { false }
    }
}

/// One part of a tuple.
public struct TupleElement: Sendable {
    /// The part's name, where it has one.
    public var label: String?
    /// The part's value.
    public var value: Value

    /// A part of a tuple.
    public init(label: String? = nil, _ value: Value) {
        self.label = label
        self.value = value
    }
}

/// An implicit member, `.cosine`: a choice's name that waits for the parameter that gives it a meaning.
public struct Symbol: Sendable {
    /// The name without its dot.
    public var name: String
    /// What stood in the parentheses, if there were any.
    public var arguments: [WrittenArgument]

    /// A choice's name.
    public init(_ name: String, arguments: [WrittenArgument] = []) {
        self.name = name
        self.arguments = arguments
    }
}
