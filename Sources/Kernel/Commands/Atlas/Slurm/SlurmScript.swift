import VitrineEngine

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
            "\(arguments.map(Self.quoted).joined(separator: " ")) --out \(Self.quoted(folder))",
            as: "${SLURM_ARRAY_JOB_ID}_${SLURM_ARRAY_TASK_ID}", after: "export VITRINE_SHARDS=\(shards)\n")
    }

    /// What makes the pages when the array is done.
    package func merge(photographs: String?) -> String {
        let option = photographs.map { " --photographs \(Self.quoted($0))" } ?? ""
        return script("--merge \(Self.quoted(folder))\(option)", as: "${SLURM_JOB_ID}_0")
    }

    /// A script that runs `vitrine atlas` and says where it began and how it ended.
    ///
    /// - Parameters:
    ///   - words: what follows `vitrine atlas`, as a shell takes it.
    ///   - task: what the files are called in which it says so.
    ///   - start: lines that come first.
    private func script(_ words: String, as task: String, after start: String = "") -> String {
        """
        #!/bin/bash
        \(start)export VITRINE_THREADS=${SLURM_CPUS_PER_TASK:-1}
        own=\(Self.quoted(place))/\(task)
        echo "$SLURMD_NODENAME" > "$own.begun"
        \(Self.quoted(executable)) atlas \(words)
        status=$?
        echo "$status $SLURMD_NODENAME" > "$own.part" && mv "$own.part" "$own.ended"
        exit $status

        """
    }

    /// A word as a shell takes it, whatever is in it.
    package static func quoted(_ word: String) -> String {
        "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }

    /// Numbers as `--array` takes them: "0-3,7".
    package static func list(_ numbers: some Sequence<Int>) -> String {
        numbers.closedRanges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
            .joined(separator: ",")
    }
}
