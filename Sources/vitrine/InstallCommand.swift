import ArgumentParser
import Commands
import Foundation
import Platform

/// The command that installs the kernel for Jupyter.
struct InstallCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "install", abstract: "Install the kernel for Jupyter.",
        discussion: """
            Writes a kernelspec that starts this executable, so run it again when the executable has moved. Without an \
            option, it is installed for your own Jupyter, as with --user.
            """)

    @Flag(help: "Install for your own Jupyter (the default).")
    var user = false

    @Flag(help: "Install for the active Python environment, or else for the Python that `python3` starts.")
    var sysPrefix = false

    @Option(help: ArgumentHelp("Install for the Python environment in this folder.", valueName: "folder"))
    var prefix: String?

    @Option(help: "The kernelspec's name, as in `jupyter console --kernel <name>`.")
    var name = "vitrine"

    func validate() throws {
        if [user, sysPrefix, prefix != nil].count(where: { $0 }) > 1 {
            throw ValidationError("Choose one of --user, --sys-prefix and --prefix.")
        }
        let isPlain = name.unicodeScalars.allSatisfy { scalar in
            scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
                || "._-".unicodeScalars.contains(scalar)
        }
        if name.isEmpty || !isPlain || name.hasPrefix(".") {
            throw ValidationError(
                "The name “\(name)” may contain only letters a–z, digits, “.”, “_” and “-”, and cannot start with “.”.")
        }
    }

    func run() throws {
        let dataFolder = try KernelspecFolder.data(user: !sysPrefix && prefix == nil, prefix: prefix)
        let folder = dataFolder.appendingPathComponent("kernels").appendingPathComponent(name)
        do {
            try Kernelspec(executable: try CurrentExecutable.path).write(to: folder)
        } catch let error as CocoaError {
            throw InstallError(reason: "“\(folder.path)” could not be written: \(reason(for: error)).")
        }
        print("Installed the kernelspec “\(name)” in \(folder.path)")
    }

    private func reason(for error: CocoaError) -> String {
        if let underlying = error.underlying as? POSIXError {
            return String(cString: strerror(underlying.code.rawValue))
        }
        switch error.code {
        case .fileWriteNoPermission: return "permission denied"
        case .fileWriteOutOfSpace: return "no space left"
        case .fileWriteVolumeReadOnly: return "the disk is read-only"
        case .fileWriteFileExists: return "a file is in the way"
        case .fileNoSuchFile, .fileReadNoSuchFile: return "no such file or folder"
        default: return error.localizedDescription
        }
    }
}

/// The reason why the kernel could not be installed.
struct InstallError: Error, CustomStringConvertible {
    let reason: String

    var description: String { reason }
}
