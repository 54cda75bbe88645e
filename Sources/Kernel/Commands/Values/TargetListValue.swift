import Cells
import Jupyter
import VitrineEngine

/// Several targets in a cell: `vit.blocks[5].mlp.neurons(0..<16)`. They are rendered as a picture each, or together as
/// one.
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

    /// The members: those of all lists, then the choices that are left.
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

    /// One target with all neurons of the list, if they are in the same tokens; or else the mean of all targets.
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
    /// Converts a value to a list of targets; returns nil for other values.
    convenience init?(_ value: Value) {
        switch value.object {
        case let list as TargetListValue: self.init(list.model, list.targets)
        case let found as StrongestValue where !found.targets.targets.isEmpty:
            self.init(found.targets.model, found.targets.targets)
        default: return nil
        }
    }
}
