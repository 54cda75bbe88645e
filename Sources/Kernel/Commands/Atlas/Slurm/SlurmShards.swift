/// The states of an array job's parts: open, to be tried again, or given up.
package struct SlurmShards {
    /// How a task ended.
    package struct Ending: Equatable {
        /// Its exit status; nil if it was killed before it could record one.
        package let status: Int?
        /// The node that it ran on; nil if unknown.
        package let node: String?

        package init(status: Int?, node: String?) {
            self.status = status
            self.node = node
        }
    }

    /// A part that failed in every try.
    package struct Lost: Equatable {
        package let shard: Int
        package let ending: Ending

        package init(shard: Int, ending: Ending) {
            self.shard = shard
            self.ending = ending
        }
    }

    /// The number of times that a part may be tried.
    let tries: Int
    /// The parts that are waiting or running.
    package private(set) var open: Set<Int>
    /// The parts to submit again.
    package private(set) var retries: Set<Int> = []
    /// The parts that were given up.
    package private(set) var lost: [Lost] = []
    /// The number of failed tasks by node.
    package private(set) var failuresByNode: [String: Int] = [:]
    private var attempts: [Int: Int]

    /// Creates the state in which all parts have been submitted once.
    package init(count: Int, tries: Int) {
        self.tries = tries
        open = Set(0..<count)
        attempts = Dictionary(uniqueKeysWithValues: (0..<count).map { ($0, 1) })
    }

    /// Records that a part's task has ended.
    ///
    /// Status 0 is a success. Status 1, for pictures that cannot be made, is not tried again either.
    package mutating func end(_ shard: Int, _ ending: Ending) {
        guard open.remove(shard) != nil else { return }
        if ending.status == 0 || ending.status == 1 { return }
        failuresByNode[ending.node ?? "an unknown node", default: 0] += 1
        if attempts[shard, default: 1] < tries {
            retries.insert(shard)
        } else {
            lost.append(Lost(shard: shard, ending: ending))
        }
    }

    /// Marks the parts to submit again as submitted.
    package mutating func resubmit() {
        for shard in retries { attempts[shard, default: 1] += 1 }
        open.formUnion(retries)
        retries = []
    }

    /// The failures by node: "Tasks failed on n2 (3 times)."; nil if there are none.
    package var failuresInWords: String? {
        guard !failuresByNode.isEmpty else { return nil }
        let nodes = failuresByNode.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            .map { "\($0.key) (\($0.value == 1 ? "once" : "\($0.value) times"))" }
        return "Tasks failed on \(nodes.joined(separator: ", "))."
    }
}
