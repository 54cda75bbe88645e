import Cells
import Jupyter
import VitrineEngine

/// The result of `vit.classify(photo)`.
final class ClassificationValue: TabledObject, Displayable {
    /// The classification.
    let classification: Classification
    private let count: Int

    /// Creates the value.
    ///
    /// - Parameter count: the number of classes to show.
    init(_ classification: Classification, count: Int) {
        self.classification = classification
        self.count = count
    }

    var kind: ValueKind { .classification }
    var plainText: String { bundle.plain ?? "" }
    var bundle: MIMEBundle { ClassificationDisplay(classification: classification, count: count).bundle }

    /// A pair (name, probability) for every class, the most likely first.
    var elements: [Value]? {
        classification.candidates.map { candidate in
            .tuple([
                TupleElement(label: "name", .string(candidate.name)),
                TupleElement(label: "probability", .number(shortest(candidate.probability))),
            ])
        }
    }

    static let memberTable: MemberTable<ClassificationValue> = [
        .property("name", .string, "the most likely class") {
            $0.classification.candidates.first.map { .string($0.name) }
        },
        .property("probability", .number, "how likely it is, 0 to 1") {
            $0.classification.candidates.first.map { .number(shortest($0.probability)) }
        },
    ]

    func subscripted(_ arguments: [WrittenArgument]) throws -> Value? {
        guard let elements,
            let index = try arguments.index(of: "place", below: elements.count, in: "this classification")
        else { return nil }
        return elements[index]
    }
}
