import Foundation
import Platform

extension Surroundings {
    /// Says where Jupyter finds the kernel, and whether what it starts is there.
    func kernelspecs(_ problems: inout [Examination.Problem]) -> Examination.Section {
        var rows: [(name: String, text: String)] = []
        for folder in jupyterFolders {
            for name in entries(of: folder + "/kernels") {
                let place = "\(folder)/kernels/\(name)"
                guard let program = Self.program(in: place) else { continue }
                if FileManager.default.isExecutableFile(atPath: program) {
                    rows.append((name, "\(place) starts \(isThisProgram(program) ? "this program" : program)"))
                } else {
                    rows.append((name, place))
                    problems.append(
                        Examination.Problem(
                            what: "The kernelspec in \(place) starts \(program), which is not there.",
                            advice: "`vitrine install` writes a new one; or remove the folder."))
                }
            }
        }
        if rows.isEmpty {
            problems.append(
                Examination.Problem(
                    what: "Jupyter has no kernelspec that starts Vitrine.",
                    advice: "`vitrine install` writes one for your own Jupyter."))
        }
        return Examination.Section(title: "Jupyter’s kernelspecs", rows: rows)
    }

    /// Jupyter's data folders in its own order, each once: the user's, the environments', the machine's.
    ///
    /// Source: jupyter_core.paths, `jupyter_path`.
    private var jupyterFolders: [String] {
        var folders = variable("JUPYTER_PATH").map { $0.split(separator: ":").map(String.init) } ?? []
        folders.append(
            variable("JUPYTER_DATA_DIR") ?? variable("XDG_DATA_HOME").map { $0 + "/jupyter" }
                ?? home + "/.local/share/jupyter")
        for name in ["VIRTUAL_ENV", "CONDA_PREFIX"] {
            if let prefix = variable(name) { folders.append(prefix + "/share/jupyter") }
        }
        // The environment that this program was installed in: PREFIX/lib/vitrine/vitrine.
        if let executable, executable.hasSuffix("/lib/vitrine/vitrine") {
            folders.append(executable.dropLast("/lib/vitrine/vitrine".count) + "/share/jupyter")
        }
        var seen = Set<String>()
        return (folders + systemData).filter { seen.insert($0).inserted }
    }

    private func isThisProgram(_ path: String) -> Bool {
        guard let executable else { return false }
        return URL(fileURLWithPath: path).resolvingSymlinksInPath().path
            == URL(fileURLWithPath: executable).resolvingSymlinksInPath().path
    }

    /// Returns the program that a kernelspec of this kernel starts; nil if it is another kernel's.
    private static func program(in folder: String) -> String? {
        guard let text = try? String(contentsOfFile: folder + "/kernel.json", encoding: .utf8),
            let arguments = (try? JSON(parsing: text))?["argv"]?.array?.compactMap(\.string),
            let verb = arguments.firstIndex(of: "kernel"), verb > 0
        else { return nil }
        let program = arguments[verb - 1].replacingOccurrences(of: "{resource_dir}", with: folder)
        guard program.hasSuffix("/vitrine") else { return nil }
        return URL(fileURLWithPath: program).standardizedFileURL.path
    }
}
