/// A value of the host in the cell language: a model, a layer, an objective, a picture.
///
/// All requirements except ``kind`` and ``plainText`` have a default that supports nothing.
package protocol CellObject: Sendable {
    /// The kind of value: a model, a layer.
    var kind: ValueKind { get }

    /// The kinds by which ``ValueType/object(_:)`` accepts this value. By default ``kind`` alone; a neuron may also be
    /// an objective.
    var kinds: [ValueKind] { get }

    /// The value as text, for `print`.
    var plainText: String { get }

    /// The members of this value, for completion, inspection and suggestions in errors.
    var members: [MemberDeclaration] { get }

    /// The names that its members have in other languages and libraries, with what to write here.
    var foreignNames: [String: String] { get }

    /// Returns the member of this name; a method is a `.function`. Returns nil if there is none.
    ///
    /// It must have no side effects and be quick: completion and inspection call it while a cell runs.
    func member(_ name: String) throws -> Value?

    /// Returns what `object.name(…)` calls if there is also a property of this name, which cannot be called. Returns nil
    /// if there is no such method.
    func method(_ name: String) -> Value?

    /// Sets a member. Returns false if there is no such member or it cannot be set.
    func setMember(_ name: String, to value: Value) throws -> Bool

    /// Returns the value of `object[arguments]`. Returns nil if the value has no subscript. It must be as quick as
    /// ``member(_:)``, and have no side effects either.
    func subscripted(_ arguments: [WrittenArgument]) throws -> Value?

    /// Performs `object[arguments] = value`. Returns false if elements cannot be set.
    func setSubscript(_ arguments: [WrittenArgument], to value: Value) throws -> Bool

    /// The function that `object(…)` calls; nil if the value cannot be called.
    var callable: (any Callable)? { get }

    /// The strings that ``subscripted(_:)`` takes, for completion.
    var subscriptKeys: [String] { get }

    /// The elements that `for … in` iterates over; nil if the value cannot be iterated.
    var elements: [Value]? { get }

    /// Returns the value of `self operation other`, or of `other operation self` if `isLeft` is false. Returns nil if
    /// the two cannot be combined.
    func binary(_ operation: String, _ other: Value, isLeft: Bool) throws -> Value?

    /// Returns the value of `operation self`, as in `-objective`. Returns nil if there is none.
    func unary(_ operation: String) throws -> Value?

    /// Returns whether `==` holds. By default, an instance of a class equals only itself.
    func isEqual(to other: any CellObject) -> Bool
}

extension CellObject {
    /// ``kind`` alone.
    package var kinds: [ValueKind] { [kind] }
    /// The kind in the user's words, with its article: "a model", "a layer".
    package var typeWords: String { kind.words }
    /// No members.
    package var members: [MemberDeclaration] { [] }
    /// Returns nil: there are no members.
    package func member(_ name: String) throws -> Value? { nil }
    /// No names.
    package var foreignNames: [String: String] { [:] }
    /// Returns nil: there are no methods besides properties.
    package func method(_ name: String) -> Value? { nil }
    /// Returns false: members cannot be set.
    package func setMember(_ name: String, to value: Value) throws -> Bool { false }
    /// Returns nil: there is no subscript.
    package func subscripted(_ arguments: [WrittenArgument]) throws -> Value? { nil }
    /// Returns false: elements cannot be set.
    package func setSubscript(_ arguments: [WrittenArgument], to value: Value) throws -> Bool { false }
    /// Nil: it cannot be called.
    package var callable: (any Callable)? { nil }
    /// No keys.
    package var subscriptKeys: [String] { [] }
    /// Nil: it cannot be iterated.
    package var elements: [Value]? { nil }
    /// Returns nil: there are no operators.
    package func binary(_ operation: String, _ other: Value, isLeft: Bool) throws -> Value? { nil }
    /// Returns nil: there are no operators.
    package func unary(_ operation: String) throws -> Value? { nil }
    /// Returns whether both are the same instance of a class.
    package func isEqual(to other: any CellObject) -> Bool {
        guard type(of: self) is AnyClass, type(of: other) is AnyClass else { return false }
        return (self as AnyObject) === (other as AnyObject)
    }
}
