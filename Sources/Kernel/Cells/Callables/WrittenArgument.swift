/// An argument of a call or subscript as written, with its value.
package struct WrittenArgument: Sendable {
    /// The label in front of it, without the colon.
    package var label: String?
    /// The value.
    package var value: Value
    /// Whether it is a trailing closure.
    var isTrailingClosure: Bool
    /// For a division of whole literals, `1 / 2`: its value as a fraction.
    ///
    /// Swift chooses between the whole number and the fraction by the parameter's type, so both are kept.
    var fraction: Double?

    /// Creates an argument.
    package init(label: String? = nil, _ value: Value, isTrailingClosure: Bool = false) {
        self.label = label
        self.value = value
        self.isTrailingClosure = isTrailingClosure
    }
}
