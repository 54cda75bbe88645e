/// The result of an expression in a cell: the only type of value in the cell language.
///
/// The language is dynamically typed. Lists, dictionaries and texts are values, as in Swift: a copy
/// does not change with the original.
package enum Value: Sendable {
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
    /// A range of whole numbers, without its upper bound: `0...3` is `0..<4`.
    case range(Range<Int>)
    /// A tuple. An empty one is Swift's `Void`; see ``void``.
    case tuple([TupleElement])
    /// An implicit member: `.cosine`, or `.vital(references: "x")`.
    case symbol(Symbol)
    /// A function, a closure or a command.
    case function(any Callable)
    /// An object of the host: a model, a layer, a picture.
    case object(any CellObject)

    /// The result of a command that returns nothing.
    ///
    /// A cell that ends in it shows nothing.
    package static let void = Value.tuple([])

    /// Whether this is ``void``.
    package var isVoid: Bool {
        if case .tuple(let elements) = self { elements.isEmpty } else { false }
    }

    /// Whether this is `nil`.
    package var isNothing: Bool {
        if case .nothing = self { true } else { false }
    }
}

/// An element of a tuple.
package struct TupleElement: Sendable {
    /// The element's label, if it has one.
    package var label: String?
    /// The element's value.
    package var value: Value

    /// Creates an element of a tuple.
    package init(label: String? = nil, _ value: Value) {
        self.label = label
        self.value = value
    }
}

/// An implicit member, `.cosine`, whose meaning depends on the parameter that takes it.
package struct Symbol: Sendable {
    /// The name without its dot.
    package var name: String
    /// The arguments in its parentheses, if any.
    package var arguments: [WrittenArgument]

    /// Creates an implicit member.
    package init(_ name: String, arguments: [WrittenArgument] = []) {
        self.name = name
        self.arguments = arguments
    }
}
