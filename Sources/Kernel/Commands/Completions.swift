import Cells
import Foundation
import Jupyter
import Platform
import VitrineEngine

/// What an argument names that is on this disk, or could be.
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
    /// A file or folder that is written, or that the command looks for itself.
    case place

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
        case .file, .folder, .place: Self.files(request.prefix) { _ in true }
        }
    }

    /// The files and folders whose paths begin with `prefix`.
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

/// Which weights of a name there are to download.
struct WeightsSource: CompletionSource {
    func items(_ request: CompletionRequest) -> [CompletionItem] {
        unique(ModelSource().downloadable().map(\.weights)).map { CompletionItem($0, .value) }
    }
}

/// The addresses of layers.
struct AddressSource: CompletionSource {
    /// The warm models.
    ///
    /// A model's own methods know their model; commands take an address alone where one is loaded.
    var store: ModelStore?

    func items(_ request: CompletionRequest) -> [CompletionItem] {
        (request.model ?? store?.onlyModel)?.layers.map {
            CompletionItem($0.address, .value, detail: $0.shape.words)
        } ?? []
    }
}

/// The classes of the model whose method is called.
struct ClassSource: CompletionSource {
    func items(_ request: CompletionRequest) -> [CompletionItem] {
        request.model?.classes.map { CompletionItem($0, .value, detail: "a class") } ?? []
    }
}

extension CompletionRequest {
    /// The model whose method is called.
    fileprivate var model: Model? { (receiver?.object as? ModelValue)?.model }
}

/// The names that are not empty, each once.
private func unique(_ names: [String]) -> [String] {
    var seen: Set<String> = [""]
    return names.filter { seen.insert($0).inserted }
}

extension Completions {
    /// The interpreter's completions with JupyterLab's types and signatures.
    init(_ list: CompletionList) {
        let types = list.items.map { item -> JSON in
            [
                "text": .string(item.text), "type": .string(item.kind.rawValue), "signature": .string(item.detail),
                "start": .integer(list.start), "end": .integer(list.end),
            ]
        }
        self.init(
            matches: list.items.map(\.text), start: list.start, end: list.end,
            metadata: ["_jupyter_types_experimental": .array(types)])
    }
}
