import Cells
import Foundation
import VitrineEngine

/// Completes the paths and names of files, folders and models.
enum PathSource: CompletionSource {
    /// A checkpoint, or the name of a model that is built in or can be downloaded.
    case model
    /// A NumPy file.
    case array
    /// A file with the names of classes, or "imagenet".
    case classNames
    /// A file that is read.
    case file
    /// A folder that is read.
    case folder
    /// A file or folder that is written, or whose existence the command checks itself.
    case destination

    func items(_ request: CompletionRequest) -> [CompletionItem] {
        switch self {
        case .model:
            Catalog.builtInNames.map { CompletionItem($0, .value, detail: "built in") }
                + Self.files(request.prefix) { name in ModelList.fileEndings.contains { name.hasSuffix($0) } }
                + unique(ModelSource().downloadable().map(\.name)).map {
                    CompletionItem($0, .value, detail: "to download")
                }
        case .array: Self.files(request.prefix) { $0.lowercased().hasSuffix(".npy") }
        case .classNames:
            [CompletionItem("imagenet", .value, detail: "ImageNet's thousand classes")]
                + Self.files(request.prefix) { $0.hasSuffix(".txt") }
        case .file, .folder, .destination: Self.files(request.prefix) { _ in true }
        }
    }

    /// Lists the files and folders whose paths begin with `prefix`.
    private static func files(_ prefix: String, where isWanted: (String) -> Bool) -> [CompletionItem] {
        let folder = prefix.lastIndex(of: "/").map { String(prefix[...$0]) } ?? ""
        let path = folder.isEmpty ? "." : (folder as NSString).expandingTildeInPath
        return entries(of: path).prefix(500).compactMap { name in
            if name.hasPrefix("."), !prefix.hasSuffix(".") { return nil }
            var isFolder: ObjCBool = false
            _ = FileManager.default.fileExists(atPath: path + "/" + name, isDirectory: &isFolder)
            if isFolder.boolValue { return CompletionItem(folder + name + "/", .path, detail: "a folder") }
            return isWanted(name) ? CompletionItem(folder + name, .path) : nil
        }
    }
}

/// Completes the names of weights that can be downloaded.
struct WeightsSource: CompletionSource {
    func items(_ request: CompletionRequest) -> [CompletionItem] {
        unique(ModelSource().downloadable().map(\.weights)).map { CompletionItem($0, .value) }
    }
}

/// Completes the addresses of layers.
struct AddressSource: CompletionSource {
    /// The warm models.
    ///
    /// A model's own methods know their model; a command takes an address without one only if a single model is loaded.
    var store: ModelStore?

    func items(_ request: CompletionRequest) -> [CompletionItem] {
        (request.model ?? store?.onlyModel)?.layers.map {
            CompletionItem($0.address, .value, detail: $0.shape.words)
        } ?? []
    }
}

/// Completes the classes of the model whose method is called.
struct ClassSource: CompletionSource {
    func items(_ request: CompletionRequest) -> [CompletionItem] {
        request.model?.classes.map { CompletionItem($0, .value, detail: "a class") } ?? []
    }
}

extension CompletionRequest {
    /// The model whose method is called.
    fileprivate var model: Model? { (receiver?.object as? ModelValue)?.model }
}

/// Removes empty names and duplicates.
private func unique(_ names: [String]) -> [String] {
    var seen: Set<String> = [""]
    return names.filter { seen.insert($0).inserted }
}
