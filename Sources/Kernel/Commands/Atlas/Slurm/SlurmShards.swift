/// How far the parts of an array job are: which are done, which are tried again, which are given up.
package struct SlurmShards {
    /// How a task ended.
    package struct Ending: Equatable {
        /// Its exit status; nil where it was killed before it could say.
        package let status: Int?
        /// The node that it ran on; nil where it is unknown.
        package let node: String?

        package init(status: Int?, node: String?) {
            self.status = status
            self.node = node
        }
    }

    /// A part that failed as often as it may.
    package struct Lost: Equatable {
        package let shard: Int
        package let ending: Ending

        package init(shard: Int, ending: Ending) {
            self.shard = shard
            self.ending = ending
        }
    }

    /// How often a part may be tried.
    let tries: Int
    /// Parts that wait or run.
    package private(set) var open: Set<Int>
    /// Parts that are to be submitted again.
    package private(set) var again: Set<Int> = []
    /// Parts that were given up.
    package private(set) var lost: [Lost] = []
    /// How many tasks failed on each node.
    package private(set) var failuresByNode: [String: Int] = [:]
    private var begun: [Int: Int]

    /// So many parts, all submitted.
    package init(count: Int, tries: Int) {
        self.tries = tries
        open = Set(0..<count)
        begun = Dictionary(uniqueKeysWithValues: (0..<count).map { ($0, 1) })
    }

    /// A part's task has ended.
    ///
    /// - Parameter ending: with status 0, or 1 for pictures that cannot be made, which another try would not make either.
    package mutating func end(_ shard: Int, _ ending: Ending) {
        guard open.remove(shard) != nil else { return }
        if ending.status == 0 || ending.status == 1 { return }
        failuresByNode[ending.node ?? "an unknown node", default: 0] += 1
        if begun[shard, default: 1] < tries {
            again.insert(shard)
        } else {
            lost.append(Lost(shard: shard, ending: ending))
        }
    }

    /// Those that are to be tried again are submitted.
    package mutating func resubmit() {
        for shard in again { begun[shard, default: 1] += 1 }
        open.formUnion(again)
        again = []
    }

    /// "Tasks failed on n2 (3 times)."; nil where none did.
    package var failuresInWords: String? {
        guard !failuresByNode.isEmpty else { return nil }
        let nodes = failuresByNode.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            .map { "\($0.key) (\($0.value == 1 ? "once" : "\($0.value) times"))" }
        return "Tasks failed on \(nodes.joined(separator: ", "))."
    }
}
