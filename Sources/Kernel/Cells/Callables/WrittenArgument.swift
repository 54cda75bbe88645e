/// A value as it is written and given to a call or a subscript.
public struct WrittenArgument: Sendable {
    /// The label in front of it, without the colon.
    public var label: String?
    /// The value.
    public var value: Value
    /// Whether it is a closure behind the parentheses.
    public var isTrailingClosure: Bool
    /// For a division of whole literals, `1 / 2`: its value as a fraction.
    ///
    /// Swift chooses between the whole and the fraction by the parameter's type, so both come along.
    var fraction: Double?

    /// An argument.
    public init(label: String? = nil, _ value: Value, isTrailingClosure: Bool = false) {
        self.label = label
        self.value = value
        self.isTrailingClosure = isTrailingClosure
    }
}
