import Cells
import Foundation
import Jupyter
import VitrineEngine

/// Answers what fits into the quotes of a command's argument.
struct CompletionAnswers {
    /// The warm models.
    let store: ModelStore

    /// Models, files, addresses or classes, by the parameter's tag.
    func items(_ request: CompletionRequest) -> [CompletionItem] {
        switch request.tag {
        case "models":
            Catalog.builtInNames.map { CompletionItem($0, .value, detail: "built in") }
                + Self.files(request.prefix) { name in ModelList.fileEndings.contains { name.hasSuffix($0) } }
                + Self.unique(ModelSource().downloadable().map(\.name)).map {
                    CompletionItem($0, .value, detail: "to download")
                }
        case "weights":
            Self.unique(ModelSource().downloadable().map(\.weights)).map { CompletionItem($0, .value) }
        case "arrays": Self.files(request.prefix) { $0.lowercased().hasSuffix(".npy") }
        case "classNames":
            [CompletionItem("imagenet", .value, detail: "ImageNet's thousand classes")]
                + Self.files(request.prefix) { $0.hasSuffix(".txt") }
        case "files": Self.files(request.prefix) { _ in true }
        case "addresses":
            // A model's own methods know their model; commands take an address alone where one is loaded.
            (receiver(request) ?? (store.loaded.count == 1 ? store.loaded[0] : nil))?.layers.map {
                CompletionItem($0.address, .value, detail: $0.shape.words)
            } ?? []
        case "classes":
            receiver(request)?.classes.map { CompletionItem($0, .value, detail: "a class") } ?? []
        default: []
        }
    }

    /// The model whose method is called.
    private func receiver(_ request: CompletionRequest) -> Model? {
        (request.receiver?.object as? ModelValue)?.model
    }

    /// The names that are not empty, each once.
    private static func unique(_ names: [String]) -> [String] {
        var seen: Set<String> = [""]
        return names.filter { seen.insert($0).inserted }
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
