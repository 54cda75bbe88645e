import Cells
import VitrineEngine

/// The variables and models that would be lost with a session, in words.
struct UnsavedState {
    /// The largest number of names that are listed.
    private static let maximumCount = 12

    /// “the variables a and b”, “the model vit”.
    let words: [String]

    init(variables: some Sequence<String>, models: [Model]) {
        words = [
            Self.words("variable", variables.sorted()), Self.words("model", models.map(\.name)),
        ].compactMap(\.self)
    }

    private static func words(_ noun: String, _ names: [String]) -> String? {
        if names.isEmpty { return nil }
        let rest = names.count - maximumCount
        let listed = names.prefix(maximumCount).joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : "")
        return "the \(noun)\(names.count == 1 ? "" : "s") \(listed)"
    }
}
