import Cells
import Engine

/// An objective in a cell: `0.7 * a - 0.3 * b`. A value: operators make new ones.
final class ObjectiveValue: CellObject, Displayable {
    /// The objective.
    let objective: Objective
    /// The model's classes, which name logits.
    private let classes: [String]

    init(_ objective: Objective, classes: [String]) {
        self.objective = objective
        self.classes = classes
    }

    /// The mean over a target of `model`.
    convenience init(_ model: Model, _ target: Target) { self.init(.mean(target), classes: model.classes) }

    private func made(_ objective: Objective) -> Value { .object(ObjectiveValue(objective, classes: classes)) }

    var typeWords: String { "an objective" }
    var plainText: String { objective.words { $0.words(classes: classes) } }
    var bundle: MIMEBundle { MIMEBundle(plain: plainText) }
    var members: [MemberDeclaration] { [.method(Self.named)] }

    func member(_ name: String) throws -> Value? {
        guard name == "named" else { return nil }
        return .function(
            Command(Self.named) { [self] arguments, _ in
                made(objective.named(try arguments.string("name")))
            })
    }

    func binary(_ operation: String, _ other: Value, isLeft: Bool) throws -> Value? {
        if let factor = other.number {
            switch operation {
            case "*": return made(Float(factor) * objective)
            case "/" where isLeft:
                guard factor != 0 else { throw CellError(.arithmetic, "An objective cannot be divided by 0.") }
                return made(objective / Float(factor))
            default: return nil
            }
        }
        guard let other = Objective(other) else { return nil }
        let (left, right) = isLeft ? (objective, other) : (other, objective)
        switch operation {
        case "+": return made(left + right)
        case "-": return made(left - right)
        default: return nil
        }
    }

    func unary(_ operation: String) throws -> Value? {
        operation == "-" ? made(-objective) : nil
    }

    func isEqual(to other: any CellObject) -> Bool { (other as? ObjectiveValue)?.objective == objective }

    static let named = Signature(
        "named", [Parameter(label: nil, name: "name", .string, summary: "what its picture is called")],
        result: "an objective", summary: "The same objective under a name, which labels its picture.",
        example: "(church - 0.5 * ground).named(\"church without ground\")", isPure: true)
}

extension Objective {
    /// The objective that a value is or stands for; nil for other values and lists.
    init?(_ value: Value) {
        switch value.object {
        case let value as ObjectiveValue: self = value.objective
        case let value as TargetValue: self = .mean(value.target)
        case let value as LayerValue: self = .mean(value.target)
        default: return nil
        }
    }

    /// The objectives that a value stands for, a picture each: of a list of targets or of objectives.
    static func list(_ value: Value) -> [Objective] {
        if let objective = Objective(value) { return [objective] }
        if let list = value.object as? TargetListValue { return list.targets.map { .mean($0) } }
        return (value.array ?? []).flatMap(list)
    }
}
