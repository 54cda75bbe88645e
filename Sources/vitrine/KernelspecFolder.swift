import Foundation

/// The folders in which Jupyter looks for kernelspecs (`jupyter --paths`, data).
enum KernelspecFolder {
    /// Returns Jupyter's data folder: the user's own, or that of a Python environment.
    ///
    /// - Parameter prefix: the environment's folder; the active environment if `nil`.
    static func data(user: Bool, prefix: String?) throws -> URL {
        if user { return userData }
        let prefix = try prefix ?? systemPrefix()
        return URL(fileURLWithPath: prefix).standardizedFileURL.appendingPathComponent("share/jupyter")
    }

    private static var userData: URL {
        if let folder = variable("JUPYTER_DATA_DIR") { return URL(fileURLWithPath: folder) }
        if let folder = variable("XDG_DATA_HOME") {
            return URL(fileURLWithPath: folder).appendingPathComponent("jupyter")
        }
        let home = variable("HOME") ?? NSHomeDirectory()
        return URL(fileURLWithPath: home).appendingPathComponent(".local/share/jupyter")
    }

    /// Returns `sys.prefix` of the active Python.
    private static func systemPrefix() throws -> String {
        for name in ["VIRTUAL_ENV", "CONDA_PREFIX"] {
            if let folder = variable(name) { return folder }
        }
        let python = Process()
        python.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        python.arguments = ["python3", "-c", "import sys; print(sys.prefix)"]
        let output = Pipe()
        python.standardOutput = output
        python.standardError = FileHandle.nullDevice
        try python.run()
        let bytes = output.fileHandleForReading.readDataToEndOfFile()
        python.waitUntilExit()
        let folder = String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        guard python.terminationStatus == 0, !folder.isEmpty else {
            throw InstallError(
                reason: "No Python environment was found: activate one, or name its folder with --prefix.")
        }
        return folder
    }

    private static func variable(_ name: String) -> String? {
        ProcessInfo.processInfo.environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }
}
