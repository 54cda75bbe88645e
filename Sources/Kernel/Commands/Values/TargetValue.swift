import Cells
import Jupyter
import VitrineEngine

/// A target in a cell: `vit.blocks[5].mlp.neuron(42)`. It is an objective too: its mean.
final class TargetValue: TabledObject, Displayable, ArgumentValue {
    static var argumentType: ValueType { .object(.target) }

    /// The model.
    let model: Model
    /// The part of a layer.
    let target: Target

    init(_ model: Model, _ target: Target) {
        self.model = model
        self.target = target
    }

    var kind: ValueKind { .target }
    var kinds: [ValueKind] { [.target, .objective] }
    var plainText: String { target.sentence(in: model) }
    var bundle: MIMEBundle { MIMEBundle(plain: plainText) }

    /// What can be asked of all targets.
    static let memberTable = MemberTable<TargetValue>(
        ObjectiveKinds.members.map { $0.of { ObjectiveKinds(model: $0.model, target: $0.target) } }
            + ObjectiveValue.memberTable.members.map { $0.of { ObjectiveValue($0.model, $0.target) } })

    /// What can still be chosen goes before.
    var allMembers: MemberTable<TargetValue> {
        guard let shape = try? model.layer(target.layer).shape else { return Self.memberTable }
        let choices = TargetChoice.members(
            for: shape, after: target, heads: model.headCount(at: target.layer))
        return MemberTable(choices.map { $0.of(\.choice) } + Self.memberTable.members)
    }

    private var choice: TargetChoice { TargetChoice(model: model, targets: [target], isList: false) }

    func member(_ name: String) throws -> Value? {
        try Self.memberTable.value(of: name, in: self) ?? choice.member(name)
    }

    func binary(_ operation: String, _ other: Value, isLeft: Bool) throws -> Value? {
        try ObjectiveValue(model, target).binary(operation, other, isLeft: isLeft)
    }

    func unary(_ operation: String) throws -> Value? { try ObjectiveValue(model, target).unary(operation) }

    func isEqual(to other: any CellObject) -> Bool {
        guard let other = other as? TargetValue else { return false }
        return other.model === model && other.target == target
    }
}

/// Several targets in a cell: `vit.blocks[5].mlp.neurons(0..<16)`. A picture each, or one of all.
final class TargetListValue: TabledObject, Displayable {
    /// The model.
    let model: Model
    /// The targets; at least one, all in one layer.
    let targets: [Target]

    init(_ model: Model, _ targets: [Target]) {
        self.model = model
        self.targets = targets
    }

    var kind: ValueKind { .targetList }
    var kinds: [ValueKind] { [.targetList, .objective] }
    var plainText: String { targets.map { $0.sentence(in: model) }.joined(separator: "\n") }
    var bundle: MIMEBundle { MIMEBundle(plain: plainText) }
    var elements: [Value]? { targets.map { .object(TargetValue(model, $0)) } }

    static let memberTable: MemberTable<TargetListValue> = [
        .property("together", .object(.objective), "one picture that drives all of them") { try $0.together },
        .property("count", .integer, "how many there are") { .integer($0.targets.count) },
    ]

    /// What can still be chosen of each goes behind.
    var allMembers: MemberTable<TargetListValue> {
        guard let shape = try? model.layer(targets[0].layer).shape else { return Self.memberTable }
        let choices = TargetChoice.members(for: shape, after: targets[0], heads: nil)
        return MemberTable(Self.memberTable.members + choices.map { $0.of(\.choice) })
    }

    private var choice: TargetChoice { TargetChoice(model: model, targets: targets, isList: true) }

    func member(_ name: String) throws -> Value? {
        try Self.memberTable.value(of: name, in: self) ?? choice.member(name)
    }

    func subscripted(_ arguments: [WrittenArgument]) throws -> Value? {
        guard let index = try arguments.index(of: "target", below: targets.count, in: "this list") else {
            return nil
        }
        return .object(TargetValue(model, targets[index]))
    }

    /// All neurons of the list in one target, where they lie in the same tokens; else the mean of all targets.
    private var together: Value {
        get throws {
            let shape = try model.layer(targets[0].layer).shape
            var target = targets[0]
            let features = try targets.flatMap { try $0.featureIndices(in: shape) }
            guard targets.allSatisfy({ $0.tokens == target.tokens }), Set(features).count == features.count else {
                let sum = targets.dropFirst().reduce(Objective.mean(target)) { $0 + .mean($1) }
                return .object(ObjectiveValue(sum / Float(targets.count), models: [model]))
            }
            target.features = .indices(features)
            return .object(TargetValue(model, target))
        }
    }
}

extension TargetListValue {
    /// The list of targets that a value is or stands for.
    convenience init?(_ value: Value) {
        switch value.object {
        case let list as TargetListValue: self.init(list.model, list.targets)
        case let found as StrongestValue where !found.targets.targets.isEmpty:
            self.init(found.targets.model, found.targets.targets)
        default: return nil
        }
    }
}
