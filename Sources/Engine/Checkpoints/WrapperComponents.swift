/// The names of tensors without the components that wrappers of modules insert into them, at any position.
///
/// A wrapper is recognized by two things: it is the only child of its parent, and it has a wrapper's name
/// (``WeightWrappers/isWrapper(_:)``) or is, under any name, between the number of a block and the block's parts. Numbers are no
/// parts: in "layers.0.blocks.1.attn", "blocks" is the list of a stage's blocks.
/// "blocks.3._checkpoint_wrapped_module.attn.qkv.weight" becomes "blocks.3.attn.qkv.weight".
struct WrapperComponents {
    /// The names without wrappers in order, each with its stored name; all unchanged if two would become the same.
    let unwrapped: [(name: String, stored: String)]

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
            // A component with a single child may be a part of that name; one whose children are all numbered is a list,
            // such as the blocks of a stage.
            return isNumbered && inside.count > 1 && !component.allSatisfy(\.isNumber)
                && !inside.allSatisfy { $0.allSatisfy(\.isNumber) }
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
        unwrapped = zip(areDistinct ? changed : names, names).map { ($0, $1) }
    }
}
