/// A value that the host brings into the cell language: a model, a layer, an objective, a picture.
///
/// Everything but ``kind`` and ``plainText`` has a default that says no.
public protocol CellObject: Sendable {
    /// What this is: a model, a layer.
    var kind: ValueKind { get }

    /// The kind of every ``ValueType/object(_:)`` that takes this. By default ``kind`` alone; a neuron may also be an
    /// objective.
    var kinds: [ValueKind] { get }

    /// The value as text, for `print`.
    var plainText: String { get }

    /// The members that this value has, for completion, inspection and the near names in errors.
    var members: [MemberDeclaration] { get }

    /// Names that members like this value's have in other languages and libraries, with what to write here.
    var foreignNames: [String: String] { get }

    /// The member of this name; a method is a `.function`. Nil when there is none. It must have no side
    /// effect and be quick: completion and inspection ask for it while a cell runs.
    func member(_ name: String) throws -> Value?

    /// What `object.name(…)` calls where there is a property of this name, which cannot be called. Nil when there is
    /// no such method.
    func method(_ name: String) -> Value?

    /// Sets a member. Gives false when there is no such member or it cannot be set.
    func setMember(_ name: String, to value: Value) throws -> Bool

    /// What `object[arguments]` gives. Nil when the value has no subscript. As quick and harmless as
    /// ``member(_:)``.
    func subscripted(_ arguments: [WrittenArgument]) throws -> Value?

    /// What `object[arguments] = value` does. Gives false when elements cannot be set.
    func setSubscript(_ arguments: [WrittenArgument], to value: Value) throws -> Bool

    /// What `object(…)` calls. Nil when the value cannot be called.
    var callable: (any Callable)? { get }

    /// The texts that ``subscripted(_:)`` takes, for completion.
    var subscriptKeys: [String] { get }

    /// The elements that `for … in` goes through; nil when it cannot be gone through.
    var elements: [Value]? { get }

    /// The value of `self operation other`, or of `other operation self` when `isLeft` is false. Nil when
    /// the two do not go together.
    func binary(_ operation: String, _ other: Value, isLeft: Bool) throws -> Value?

    /// The value of `operation self`, as in `-objective`. Nil when there is none.
    func unary(_ operation: String) throws -> Value?

    /// Whether `==` holds. By default only a class's instance and itself are equal.
    func isEqual(to other: any CellObject) -> Bool
}

extension CellObject {
    /// ``kind`` alone.
    public var kinds: [ValueKind] { [kind] }
    /// What this is, in the user's words, with its article: "a model", "a layer".
    public var typeWords: String { kind.words }
    /// No members.
    public var members: [MemberDeclaration] { [] }
    /// No members.
    public func member(_ name: String) throws -> Value? { nil }
    /// None.
    public var foreignNames: [String: String] { [:] }
    /// No methods beside properties.
    public func method(_ name: String) -> Value? { nil }
    /// Cannot be set.
    public func setMember(_ name: String, to value: Value) throws -> Bool { false }
    /// No subscript.
    public func subscripted(_ arguments: [WrittenArgument]) throws -> Value? { nil }
    /// Cannot be set.
    public func setSubscript(_ arguments: [WrittenArgument], to value: Value) throws -> Bool { false }
    /// Cannot be called.
    public var callable: (any Callable)? { nil }
    /// No keys.
    public var subscriptKeys: [String] { [] }
    /// Cannot be gone through.
    public var elements: [Value]? { nil }
    /// No operators.
    public func binary(_ operation: String, _ other: Value, isLeft: Bool) throws -> Value? { nil }
    /// No operators.
    public func unary(_ operation: String) throws -> Value? { nil }
    /// The same instance.
    public func isEqual(to other: any CellObject) -> Bool {
        guard type(of: self) is AnyClass, type(of: other) is AnyClass else { return false }
        return (self as AnyObject) === (other as AnyObject)
    }
}
