import Commands
import Foundation
import Jupyter
import Platform

/// The files that Jupyter needs to start the kernel: `kernel.json`, a script, and logos for its launcher.
///
/// The repository's `kernelspec` folder is the template. It is compiled into the executable, which therefore needs no
/// other files.
struct Kernelspec {
    /// The path of the executable that Jupyter starts.
    let executable: String

    /// Writes the files, replacing those of an earlier installation.
    func write(to folder: URL) throws {
        let files = FileManager.default
        try files.createDirectory(at: folder, withIntermediateDirectories: true)
        for (name, contents) in contents {
            try Data(contents).write(to: folder.appendingPathComponent(name), options: .atomic)
        }
    }

    private var contents: [(name: String, bytes: [UInt8])] {
        [
            ("kernel.json", fill(PackageResources.kernel_json)),
            ("launch.sh", PackageResources.launch_sh),
            ("logo-32x32.png", PackageResources.logo_32x32_png),
            ("logo-64x64.png", PackageResources.logo_64x64_png),
            ("logo-svg.svg", PackageResources.logo_svg_svg),
        ]
    }

    /// Returns the template with the executable's path inserted as a JSON string.
    private func fill(_ template: [UInt8]) -> [UInt8] {
        let text = String(decoding: template, as: UTF8.self)
        return Array(
            text.replacingOccurrences(of: "\"{executable}\"", with: JSON.string(executable).text).utf8)
    }
}
