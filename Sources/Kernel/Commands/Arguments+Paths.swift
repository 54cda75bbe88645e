import Cells
import Foundation
import VitrineEngine

extension Arguments {
    /// Throws if an argument names a file or folder to read that does not exist.
    ///
    /// The parameter's completion source determines what the argument names.
    func checkPath(_ parameter: Cells.Parameter) throws {
        guard let path = text(of: parameter), let source = parameter.completes as? PathSource else { return }
        if path.contains("://"), source != .model {
            let file = path.split(separator: "/").last.map(String.init) ?? "photo.jpg"
            throw complaint(
                about: parameter,
                "`\(signature.name)` reads files, not URLs. Download it first, and write `\"\(file)\"`.")
        }
        switch source {
        case .classNames:
            guard path != "imagenet", !exists(path) else { return }
            let near = nearestNames(to: path, among: ["imagenet"])
            var error = complaint(
                about: parameter,
                near.isEmpty
                    ? "There is no file at “\(path)”. `classes: \"imagenet\"` names ImageNet's thousand classes."
                    : "There is no file at “\(path)”. Did you mean “imagenet”?")
            error.kind = .command
            throw error
        case .file, .folder:
            guard !exists(path) else { return }
            var error = complaint(
                about: parameter,
                "There is no \(source == .folder ? "folder" : "file") at “\(path)”.\(near(path)) "
                    + "Paths are relative to the notebook's folder.")
            error.kind = .command
            throw error
        case .model, .array, .destination: return
        }
    }

    private func exists(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: (path as NSString).expandingTildeInPath)
    }

    /// Suggests the most similar name in the same folder, as a sentence; empty if there is none.
    private func near(_ path: String) -> String {
        let folder = (path as NSString).deletingLastPathComponent
        let absoluteFolder = folder.isEmpty ? "." : (folder as NSString).expandingTildeInPath
        let names = ((try? FileManager.default.contentsOfDirectory(atPath: absoluteFolder)) ?? []).prefix(2_000)
        guard let found = nearestNames(to: (path as NSString).lastPathComponent, among: names, limit: 1).first else {
            return ""
        }
        return " Did you mean “\(folder.isEmpty ? found : folder + "/" + found)”?"
    }
}
