/// The scripts that an array job's tasks and its last job run.
///
/// A task says in files where it began and how it ended, since many clusters keep no accounts that could be asked.
package struct SlurmScript {
    /// The executable's path, which all nodes have to see.
    let executable: String
    /// What follows `vitrine atlas`, without the part.
    let arguments: [String]
    /// The atlas's folder, from the root.
    let folder: String
    /// In how many parts the work is cut.
    let shards: Int

    package init(executable: String, arguments: [String], folder: String, shards: Int) {
        self.executable = executable
        self.arguments = arguments
        self.folder = folder
        self.shards = shards
    }

    /// Where scripts, logs and what tasks say of themselves lie.
    package var place: String { folder + "/slurm" }

    /// What a task runs: the part that its number in the array names.
    package var task: String {
        script(
            """
            export VITRINE_SHARDS=\(shards)
            export VITRINE_THREADS=${SLURM_CPUS_PER_TASK:-1}
            own=\(Self.quoted(place))/${SLURM_ARRAY_JOB_ID}_${SLURM_ARRAY_TASK_ID}
            echo "$SLURMD_NODENAME" > "$own.begun"
            \(Self.quoted(executable)) atlas \(arguments.map(Self.quoted).joined(separator: " ")) --out \(Self.quoted(folder))
            status=$?
            echo "$status $SLURMD_NODENAME" > "$own.part" && mv "$own.part" "$own.ended"
            exit $status
            """)
    }

    /// What makes the pages when the array is done.
    package func merge(photographs: String?) -> String {
        let option = photographs.map { " --photographs \(Self.quoted($0))" } ?? ""
        return script(
            """
            export VITRINE_THREADS=${SLURM_CPUS_PER_TASK:-1}
            own=\(Self.quoted(place))/${SLURM_JOB_ID}_0
            echo "$SLURMD_NODENAME" > "$own.begun"
            \(Self.quoted(executable)) atlas --merge \(Self.quoted(folder))\(option)
            status=$?
            echo "$status $SLURMD_NODENAME" > "$own.part" && mv "$own.part" "$own.ended"
            exit $status
            """)
    }

    private func script(_ body: String) -> String { "#!/bin/bash\n\(body)\n" }

    /// A word as a shell takes it, whatever is in it.
    package static func quoted(_ word: String) -> String {
        "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }

    /// Numbers as `--array` takes them: "0-3,7".
    package static func list(_ numbers: some Sequence<Int>) -> String {
        var ranges: [ClosedRange<Int>] = []
        for number in numbers.sorted() {
            if let last = ranges.last, last.upperBound + 1 == number {
                ranges[ranges.count - 1] = last.lowerBound...number
            } else {
                ranges.append(number...number)
            }
        }
        return ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }.joined(
            separator: ",")
    }
}
