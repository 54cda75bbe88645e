import Downloads
import Foundation
import Platform

extension ModelSource {
    /// Returns the path of a dictionary of latents, and downloads it if it is not on this disk.
    ///
    /// - Parameters:
    ///   - name: an existing path; a repository of the Hugging Face hub, `owner/name` or `owner/name@revision`, with one
    ///     dictionary; or a file or folder of one, `owner/name/layer-10/sae.pt`.
    ///   - progress: as of ``resolve(_:weights:update:cancellation:progress:)``.
    /// - Throws: ``EngineError/fileMissing(path:)``, ``EngineError/downloadFailed(name:url:reason:)``,
    ///   ``EngineError/fileUnwritable(path:reason:)``, ``EngineError/cancelled``.
    public func resolveDictionary(
        _ name: String, cancellation: Cancellation = Cancellation(), progress: (DownloadProgress) -> Void = { _ in }
    ) throws(EngineError) -> String {
        let path = (name as NSString).expandingTildeInPath
        if name.isEmpty || FileManager.default.fileExists(atPath: path) { return path }
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        guard !name.hasPrefix("/"), !name.hasPrefix("."), !name.hasPrefix("~"), parts.count >= 2,
            let repository = HubName(parts.prefix(2).joined(separator: "/")),
            // “folder/sae.pt” is a path that is missing, and no repository.
            !(parts.count == 2 && [".pt", ".pth", ".safetensors"].contains { name.lowercased().hasSuffix($0) })
        else { throw .fileMissing(path: name) }
        return try request(name, cancellation).fetchDictionary(
            parts.dropFirst(2).joined(separator: "/"), of: cache(of: repository), progress: progress)
    }
}
