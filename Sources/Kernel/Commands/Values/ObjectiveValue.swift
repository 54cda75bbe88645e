import Cells
import Jupyter
import VitrineEngine

/// An objective in a cell: `0.7 * a - 0.3 * b`. It is immutable: operators create new objectives.
final class ObjectiveValue: TabledObject, Displayable {
    /// The objective.
    let objective: Objective
    /// The models of its targets, without duplicates. An objective can be computed if there is exactly one.
    let models: [Model]
    /// The photographs that it compares with.
    let photographs: [Image]

    init(_ objective: Objective, models: [Model], photographs: [Image] = []) {
        self.objective = objective
        self.models = models
        self.photographs = photographs
    }

    /// Creates the mean over a target of `model`.
    convenience init(_ model: Model, _ target: Target) { self.init(.mean(target), models: [model]) }

    private func made(_ objective: Objective) -> Value {
        .object(ObjectiveValue(objective, models: models, photographs: photographs))
    }

    var kind: ValueKind { .objective }
    var plainText: String { objective.words { $0.words(classes: models.first?.classes ?? []) } }
    var bundle: MIMEBundle { MIMEBundle(plain: plainText) }

    private static let name = Argument<String>("name", label: nil, summary: "the label of its picture")

    static let memberTable: MemberTable<ObjectiveValue> = [
        .method(
            Signature(
                "named", [name], result: .object(.objective),
                summary: "The same objective under a name, which labels its picture.",
                example: "(church - 0.5 * ground).named(\"church without ground\")", isPure: true)
        ) { objective, arguments in
            objective.made(objective.objective.named(arguments[name]))
        }
    ]

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
        guard let other = ObjectiveValue(other) else { return nil }
        let (left, right) = isLeft ? (self, other) : (other, self)
        let models = left.models + right.models.filter { model in !left.models.contains { $0 === model } }
        let photographs = left.photographs + right.photographs
        switch operation {
        case "+":
            return .object(
                ObjectiveValue(left.objective + right.objective, models: models, photographs: photographs))
        case "-":
            return .object(
                ObjectiveValue(left.objective - right.objective, models: models, photographs: photographs))
        default: return nil
        }
    }

    func unary(_ operation: String) throws -> Value? {
        operation == "-" ? made(-objective) : nil
    }

    func isEqual(to other: any CellObject) -> Bool {
        guard let other = other as? ObjectiveValue, other.models.count == models.count else { return false }
        return other.objective == objective && zip(other.models, models).allSatisfy { $0 === $1 }
    }
}

extension ObjectiveValue {
    /// Converts a value to an objective; returns nil for lists and other values.
    convenience init?(_ value: Value) {
        switch value.object {
        case let value as ObjectiveValue:
            self.init(value.objective, models: value.models, photographs: value.photographs)
        case let value as TargetValue: self.init(value.model, value.target)
        case let value as TextValue: self.init(value.objective, models: [value.model])
        case let value as LayerValue: self.init(value.model, value.target)
        case let list as TargetListValue where list.targets.count == 1: self.init(list.model, list.targets[0])
        default: return nil
        }
    }

    /// Returns the objectives of a value, one for each picture: several for a list of targets or of objectives.
    static func list(_ value: Value) -> [ObjectiveValue] {
        if let list = TargetListValue(value) { return list.targets.map { ObjectiveValue(list.model, $0) } }
        if let objective = ObjectiveValue(value) { return [objective] }
        return (value.array ?? []).flatMap(list)
    }

    /// Returns the one model of all objectives.
    ///
    /// - Parameter what: the subject of the error, which begins a sentence: "One render".
    /// - Throws: ``EngineError`` `.invalidObjective` if there is no model, or more than one.
    static func model(of objectives: [ObjectiveValue], for what: String) throws -> Model {
        var models: [Model] = []
        for model in objectives.flatMap(\.models) where !models.contains(where: { $0 === model }) {
            models.append(model)
        }
        guard let model = models.first else { throw EngineError.invalidObjective(reason: "The objective is empty.") }
        guard models.count == 1 else {
            let names = models.map(\.name)
            let which =
                Set(names).count == 1
                ? "\(names.count) that are called \(names[0])" : names.joined(separator: " and ")
            throw EngineError.invalidObjective(
                reason:
                    "\(what) uses one model; \(objectives.count == 1 ? "this objective uses" : "these objectives use") "
                    + "\(which).")
        }
        return model
    }
}
