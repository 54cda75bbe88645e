extension Value {
    /// The truth value; nil for any other value.
    package var boolean: Bool? { if case .boolean(let value) = self { value } else { nil } }

    /// The whole number; nil for any other value.
    package var integer: Int? { if case .integer(let value) = self { value } else { nil } }

    /// The number, also for a whole number; nil for any other value.
    package var number: Double? {
        switch self {
        case .number(let value): value
        case .integer(let value): Double(value)
        default: nil
        }
    }

    /// The text; nil for any other value.
    package var string: String? { if case .string(let value) = self { value } else { nil } }

    /// The list; nil for any other value.
    package var array: [Value]? { if case .array(let value) = self { value } else { nil } }

    /// The elements that `for … in` iterates over; nil if there are none to iterate over, or more than a list may hold.
    package var elements: [Value]? { Sequences.elements(of: self) }

    /// The range; nil for any other value.
    package var range: Range<Int>? { if case .range(let value) = self { value } else { nil } }

    /// The function; nil for any other value.
    package var function: (any Callable)? { if case .function(let value) = self { value } else { nil } }

    /// The function that a call of the value runs: the function itself, or that of an object that can be called.
    package var callable: (any Callable)? { function ?? object?.callable }

    /// The object of the host; nil for any other value.
    package var object: (any CellObject)? { if case .object(let value) = self { value } else { nil } }
}

// There is no conformance for `nil`: in `condition ? nil : value` Swift would take it for a value by mistake.
extension Value: ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByStringLiteral, ExpressibleByArrayLiteral
{
    /// Creates a whole number.
    package init(integerLiteral value: Int) { self = .integer(value) }
    /// Creates a number.
    package init(floatLiteral value: Double) { self = .number(value) }
    /// Creates a truth value.
    package init(booleanLiteral value: Bool) { self = .boolean(value) }
    /// Creates text.
    package init(stringLiteral value: String) { self = .string(value) }
    /// Creates a list.
    package init(arrayLiteral elements: Value...) { self = .array(elements) }
}
