/// A member of an object that is missing or of the wrong kind.
package struct FieldError: Error, Hashable, Sendable {
    /// What is wrong, in words.
    package let reason: String

    /// An error with this reason.
    package init(reason: String) {
        self.reason = reason
    }
}

/// Members of a message's content. What is missing takes the specification's default; what is of the
/// wrong kind is an error, and so is what is missing and has no default.
extension JSON {
    /// A string.
    package func text(_ name: String, default fallback: String? = nil) throws(FieldError) -> String {
        try field(name, default: fallback, kind: "a string") { $0.string }
    }

    /// A string that may be missing.
    package func optionalText(_ name: String) throws(FieldError) -> String? {
        guard let member = self[name], !member.isNull else { return nil }
        return try text(name)
    }

    /// A truth value.
    package func flag(_ name: String, default fallback: Bool? = nil) throws(FieldError) -> Bool {
        try field(name, default: fallback, kind: "true or false") { $0.bool }
    }

    /// A whole number.
    package func count(_ name: String, default fallback: Int? = nil) throws(FieldError) -> Int {
        try field(name, default: fallback, kind: "a whole number") { $0.integer }
    }

    /// A whole number that may be missing.
    package func optionalCount(_ name: String) throws(FieldError) -> Int? {
        guard let member = self[name], !member.isNull else { return nil }
        return try count(name)
    }

    /// An object.
    package func members(_ name: String, default fallback: [String: JSON]? = nil) throws(FieldError)
        -> [String: JSON]
    {
        try field(name, default: fallback, kind: "an object") { $0.object }
    }

    /// An object whose members are strings.
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
        // Clients write null for what they leave open.
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
