import Cells
import Jupyter
import VitrineEngine

/// What `vit.classify(photo)` returns.
final class ClassificationValue: CellObject, Displayable {
    /// What the model said.
    let classification: Classification
    private let count: Int

    /// - Parameter count: how many classes are shown.
    init(_ classification: Classification, count: Int) {
        self.classification = classification
        self.count = count
    }

    var kind: ValueKind { .classification }
    var plainText: String { bundle.plain ?? "" }
    var bundle: MIMEBundle { ClassificationDisplay(classification: classification, count: count).bundle }

    /// (name, probability) for every class, most likely first.
    var elements: [Value]? {
        classification.candidates.map { candidate in
            .tuple([
                TupleElement(label: "name", .string(candidate.name)),
                TupleElement(label: "probability", .number(shortest(candidate.probability))),
            ])
        }
    }

    var members: [MemberDeclaration] {
        [
            .property("name", .string, "the most likely class"),
            .property("probability", .number, "how likely it is, 0 to 1"),
        ]
    }

    func member(_ name: String) throws -> Value? {
        guard let best = classification.candidates.first else { return nil }
        return switch name {
        case "name": .string(best.name)
        case "probability": .number(shortest(best.probability))
        default: nil
        }
    }

    func subscripted(_ arguments: [Argument]) throws -> Value? {
        guard let elements,
            let index = try arguments.index(of: "place", below: elements.count, in: "this classification")
        else { return nil }
        return elements[index]
    }
}
