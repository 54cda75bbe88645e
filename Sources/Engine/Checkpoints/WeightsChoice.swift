import Platform

/// Which of several sets of weights in one file a checkpoint shows.
package struct WeightsChoice: Sendable, Hashable {
    /// The key of the chosen weights: "model", "momentum_encoder".
    package let key: String
    /// The key of the default weights.
    package let defaultKey: String
    /// The keys of all weights in the file.
    package let all: [String]

    /// Creates the choice of `key` among the keys `all`.
    package init(key: String, defaultKey: String, all: [String]) {
        self.key = key
        self.defaultKey = defaultKey
        self.all = all
    }

    /// A note for the model's card: which weights are used and how to load the others.
    package var note: String {
        let others = all.filter { $0 != key }
        guard !others.isEmpty else { return "Of the file, the weights under “\(key)” are used, as requested." }
        return
            "The file holds several sets of weights; those under “\(key)” are used, as with `weights: \"\(key)\"`. "
            + "Others: " + others.map { "`weights: \"\($0)\"`" }.joined(separator: ", ") + "."
    }

    /// Returns the hash of the weights: for the default ones the file's, so that it is what `sha256sum` prints; for
    /// others, the hash of the file's hash and their key.
    package func sha256(of file: String) -> String {
        key == defaultKey ? file : ContentHash.sha256(of: "\(file) \(key)")
    }
}
