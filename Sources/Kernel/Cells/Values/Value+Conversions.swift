extension Value {
    /// The truth value, if this is one.
    public var boolean: Bool? { if case .boolean(let value) = self { value } else { nil } }

    /// The whole number, if this is one.
    public var integer: Int? { if case .integer(let value) = self { value } else { nil } }

    /// The number; a whole number is one too.
    public var number: Double? {
        switch self {
        case .number(let value): value
        case .integer(let value): Double(value)
        default: nil
        }
    }

    /// The text, if this is one.
    public var string: String? { if case .string(let value) = self { value } else { nil } }

    /// The list, if this is one.
    public var array: [Value]? { if case .array(let value) = self { value } else { nil } }

    /// What `for … in` goes through; nil where there is nothing such, and for a range longer than a list may be.
    public var elements: [Value]? { Sequences.elements(of: self) }

    /// The range, if this is one.
    public var range: Range<Int>? { if case .range(let value) = self { value } else { nil } }

    /// The function, if this is one.
    public var function: (any Callable)? { if case .function(let value) = self { value } else { nil } }

    /// What a call of the value runs: the function, or what a host's value that can be called brings.
    public var callable: (any Callable)? { function ?? object?.callable }

    /// The host's value, if this is one.
    public var object: (any CellObject)? { if case .object(let value) = self { value } else { nil } }
}

// Not by `nil`: in `condition ? nil : value` Swift would take it for a value where none is meant.
extension Value: ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByStringLiteral, ExpressibleByArrayLiteral
{
    /// A whole number.
    public init(integerLiteral value: Int) { self = .integer(value) }
    /// A number.
    public init(floatLiteral value: Double) { self = .number(value) }
    /// A truth value.
    public init(booleanLiteral value: Bool) { self = .boolean(value) }
    /// Text.
    public init(stringLiteral value: String) { self = .string(value) }
    /// A list.
    public init(arrayLiteral elements: Value...) { self = .array(elements) }
}
