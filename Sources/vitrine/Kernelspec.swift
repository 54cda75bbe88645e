import Commands
import Foundation
import Jupyter

/// What Jupyter needs to know to start the kernel: `kernel.json`, and logos for its launcher.
///
/// The repository's `kernelspec` folder is the template. It is compiled
/// into the executable, which so needs no file beside it.
struct Kernelspec {
    /// The executable that Jupyter is to start.
    let executable: String

    /// Writes the files, over those of an earlier installation.
    func write(to folder: URL) throws {
        let files = FileManager.default
        try files.createDirectory(at: folder, withIntermediateDirectories: true)
        for (name, contents) in contents {
            try Data(contents).write(to: folder.appendingPathComponent(name), options: .atomic)
        }
    }

    private var contents: [(name: String, bytes: [UInt8])] {
        [
            ("kernel.json", filled(PackageResources.kernel_json)),
            ("launch.sh", PackageResources.launch_sh),
            ("logo-32x32.png", PackageResources.logo_32x32_png),
            ("logo-64x64.png", PackageResources.logo_64x64_png),
            ("logo-svg.svg", PackageResources.logo_svg_svg),
        ]
    }

    /// The template with the executable's path, quoted as JSON quotes it.
    private func filled(_ template: [UInt8]) -> [UInt8] {
        let text = String(decoding: template, as: UTF8.self)
        return Array(
            text.replacingOccurrences(of: "\"{executable}\"", with: JSON.string(executable).text).utf8)
    }
}
