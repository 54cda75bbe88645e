import Cells
import Jupyter
import VitrineEngine

/// A target in a cell: `vit.blocks[5].mlp.neuron(42)`. As an objective it is its mean.
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

    /// The members of all targets.
    static let memberTable = MemberTable<TargetValue>(
        [
            .property(
                "direction", .object(.tensor),
                "the weights with which a neuron, a latent or a class reads the layer before it"
            ) {
                .object(
                    TensorValue(try $0.model.direction(of: $0.target), title: "what \($0.target.words()) reads"))
            }
        ] + ObjectiveKinds.members.map { $0.of { ObjectiveKinds(model: $0.model, target: $0.target) } }
            + ObjectiveValue.memberTable.members.map { $0.of { ObjectiveValue($0.model, $0.target) } })

    /// The members: the choices that are left, then those of all targets.
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
