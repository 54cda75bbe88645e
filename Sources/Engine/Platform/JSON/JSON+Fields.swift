/// An error for a member of an object that is missing or has the wrong type.
package struct FieldError: Error, Hashable, Sendable {
    /// The description of the error.
    package let reason: String

    /// Creates an error with a reason.
    package init(reason: String) {
        self.reason = reason
    }
}

/// Members of a message's content. A missing member has the specification's default. A member of the wrong
/// type is an error, and so is a missing one without a default.
extension JSON {
    /// Reads a string.
    package func text(_ name: String, default fallback: String? = nil) throws(FieldError) -> String {
        try field(name, default: fallback, kind: "a string") { $0.string }
    }

    /// Reads a string that may be missing.
    package func optionalText(_ name: String) throws(FieldError) -> String? {
        guard let member = self[name], !member.isNull else { return nil }
        return try text(name)
    }

    /// Reads a Boolean.
    package func flag(_ name: String, default fallback: Bool? = nil) throws(FieldError) -> Bool {
        try field(name, default: fallback, kind: "true or false") { $0.bool }
    }

    /// Reads an integer.
    package func count(_ name: String, default fallback: Int? = nil) throws(FieldError) -> Int {
        try field(name, default: fallback, kind: "a whole number") { $0.integer }
    }

    /// Reads an integer that may be missing.
    package func optionalCount(_ name: String) throws(FieldError) -> Int? {
        guard let member = self[name], !member.isNull else { return nil }
        return try count(name)
    }

    /// Reads an object.
    package func members(_ name: String, default fallback: [String: JSON]? = nil) throws(FieldError)
        -> [String: JSON]
    {
        try field(name, default: fallback, kind: "an object") { $0.object }
    }

    /// Reads an object whose members are strings.
    package func texts(_ name: String) throws(FieldError) -> [String: String] {
        var texts: [String: String] = [:]
        for (key, value) in try members(name, default: [:]) {
            guard let text = value.string else {
                throw FieldError(reason: "“\(name)” must hold strings, not \(value.kind)")
            }
            texts[key] = text
        }
        return texts
    }

    private func field<Value>(
        _ name: String, default fallback: Value?, kind: String, _ read: (JSON) -> Value?
    ) throws(FieldError) -> Value {
        // Clients write null for members without a value.
        guard let member = self[name], !member.isNull else {
            guard let fallback else { throw FieldError(reason: "“\(name)” is missing") }
            return fallback
        }
        guard let value = read(member) else {
            throw FieldError(reason: "“\(name)” must be \(kind), not \(member.kind)")
        }
        return value
    }
}
