import Cells
import Foundation
import VitrineEngine

extension Arguments {
    /// Refuses an argument that names a file or folder to read and none is there, before any work begins.
    ///
    /// - Parameter tag: what completes the argument, which says what it names.
    func checkPath(_ name: String, tag: String) throws {
        guard let path = optionalString(name) else { return }
        if path.contains("://"), tag != "models" {
            let file = path.split(separator: "/").last.map(String.init) ?? "photo.jpg"
            throw complaint(
                about: name,
                "`\(signature.name)` reads files, not addresses. Download it first, and write `\"\(file)\"`.")
        }
        switch tag {
        case "classNames":
            guard path != "imagenet", !exists(path) else { return }
            let near = nearestNames(to: path, among: ["imagenet"])
            var error = complaint(
                about: name,
                near.isEmpty
                    ? "There is no file at “\(path)”. `classes: \"imagenet\"` names ImageNet's thousand classes."
                    : "There is no file at “\(path)”. Did you mean “imagenet”?")
            error.kind = .command
            throw error
        case "files" where !Self.writing.contains(signature.name):
            guard !exists(path) else { return }
            let isFolder = ["folder", "in", "against", "photographs", "references"].contains(name)
            var error = complaint(
                about: name,
                "There is no \(isFolder ? "folder" : "file") at “\(path)”.\(near(path)) "
                    + "Paths are relative to the notebook's folder.")
            error.kind = .command
            throw error
        default: return
        }
    }

    /// Commands whose path is written to.
    private static let writing: Set<String> = ["save", "atlas"]

    private func exists(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: (path as NSString).expandingTildeInPath)
    }

    /// Names in the same folder that are spelled alike.
    private func near(_ path: String) -> String {
        let folder = (path as NSString).deletingLastPathComponent
        let place = folder.isEmpty ? "." : (folder as NSString).expandingTildeInPath
        let names = ((try? FileManager.default.contentsOfDirectory(atPath: place)) ?? []).prefix(2_000)
        guard let found = nearestNames(to: (path as NSString).lastPathComponent, among: names, limit: 1).first else {
            return ""
        }
        return " Did you mean “\(folder.isEmpty ? found : folder + "/" + found)”?"
    }
}
