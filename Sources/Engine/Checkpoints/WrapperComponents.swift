/// Names of tensors without what wrappers of modules put between their components, wherever that is.
///
/// A wrapper is known by two things: it is the only child of what it stands in, as a module that holds nothing else,
/// and it is called as wrappers are (``WeightWrappers/isWrapper(_:)``) or stands, under whatever name, between the
/// number of a block and the block's parts. "blocks.3._checkpoint_wrapped_module.attn.qkv.weight" becomes
/// "blocks.3.attn.qkv.weight".
struct WrapperComponents {
    /// The names in order, each beside the one that it came from; all of them as they were where two would become one.
    let without: [(name: String, stored: String)]

    init(_ names: [String]) {
        let paths = names.map { $0.split(separator: ".", omittingEmptySubsequences: false) }
        var children: [String: Set<Substring>] = [:]
        for path in paths {
            var parent = ""
            for component in path {
                children[parent, default: []].insert(component)
                parent += component + "."
            }
        }
        func isWrapper(_ component: Substring, in parent: String, after previous: Substring?) -> Bool {
            guard children[parent] == [component], let inside = children[parent + component + "."] else { return false }
            if WeightWrappers.isWrapper(component) { return true }
            let isNumbered = previous.map { !$0.isEmpty && $0.allSatisfy(\.isNumber) } ?? false
            // What holds one thing only may be a part that is called so.
            return isNumbered && inside.count > 1 && !component.allSatisfy(\.isNumber)
                && inside.contains { children[parent + component + "." + $0 + "."] != nil }
        }
        let changed = paths.map { path in
            var parent = ""
            var kept: [Substring] = []
            for (place, component) in path.enumerated() {
                if place == path.count - 1
                    || !isWrapper(component, in: parent, after: place > 0 ? path[place - 1] : nil)
                {
                    kept.append(component)
                }
                parent += component + "."
            }
            return kept.joined(separator: ".")
        }
        let areDistinct = Set(changed).count == Set(names).count
        without = zip(areDistinct ? changed : names, names).map { ($0, $1) }
    }
}
