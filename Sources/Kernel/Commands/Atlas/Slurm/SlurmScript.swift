import VitrineEngine

/// The scripts of an array job's tasks and of the last job.
///
/// A task writes to files where it began and how it ended, since many clusters keep no accounting that could be
/// queried.
package struct SlurmScript {
    /// The executable's path, which must be the same on all nodes.
    let executable: String
    /// The arguments of `vitrine atlas`, without the part.
    let arguments: [String]
    /// The absolute path of the atlas's folder.
    let folder: String
    /// The number of parts.
    let shards: Int

    package init(executable: String, arguments: [String], folder: String, shards: Int) {
        self.executable = executable
        self.arguments = arguments
        self.folder = folder
        self.shards = shards
    }

    /// The folder of scripts, logs and the files that tasks write.
    var workFolder: String { folder + "/slurm" }

    /// The script of a task, which renders the part of the task's number in the array.
    package var task: String {
        script(
            "\(arguments.map(Self.quoted).joined(separator: " ")) --out \(Self.quoted(folder))",
            as: "${SLURM_ARRAY_JOB_ID}_${SLURM_ARRAY_TASK_ID}", after: "export VITRINE_SHARDS=\(shards)\n")
    }

    /// Returns the script of the last job, which writes the pages.
    package func merge(photographs: String?) -> String {
        let option = photographs.map { " --photographs \(Self.quoted($0))" } ?? ""
        return script("--merge \(Self.quoted(folder))\(option)", as: "${SLURM_JOB_ID}_0")
    }

    /// Returns a script that runs `vitrine atlas` and records where it began and how it ended.
    ///
    /// - Parameters:
    ///   - words: the arguments of `vitrine atlas`, quoted for a shell.
    ///   - task: the names of the files, without their extensions.
    ///   - start: lines to put first.
    private func script(_ words: String, as task: String, after start: String = "") -> String {
        """
        #!/bin/bash
        \(start)export VITRINE_THREADS=${SLURM_CPUS_PER_TASK:-1}
        own=\(Self.quoted(workFolder))/\(task)
        echo "$SLURMD_NODENAME" > "$own.begun"
        \(Self.quoted(executable)) atlas \(words)
        status=$?
        echo "$status $SLURMD_NODENAME" > "$own.part" && mv "$own.part" "$own.ended"
        exit $status

        """
    }

    /// Quotes any text as one word of a shell.
    package static func quoted(_ word: String) -> String {
        "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }

    /// Formats numbers as `--array` takes them: "0-3,7".
    package static func list(_ numbers: some Sequence<Int>) -> String {
        numbers.closedRanges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
            .joined(separator: ",")
    }
}
