import Foundation

extension Model {
    /// Loads a built-in model by its name, or a checkpoint by its path.
    ///
    /// - Parameters:
    ///   - size: the side of its input in pixels; its own when nil.
    ///   - classes: the classes' names; those of the file's own configuration when nil.
    /// - Throws: ``EngineError/unknownModel(name:near:)`` for what is neither a built-in name nor looks
    ///   like a path; ``EngineError/fileMissing(path:)``; and what
    ///   ``Safetensors/init(path:)`` and ``Model/init(_:name:origin:classes:)`` throw.
    public static func load(
        _ nameOrPath: String, size: Int? = nil, classes: [String]? = nil
    ) throws(EngineError) -> Model {
        if let file = Catalogue.builtInFile(nameOrPath) {
            return try Model(Safetensors(path: file), name: nameOrPath, origin: "built in", size: size, classes: classes)
        }
        let path = (nameOrPath as NSString).expandingTildeInPath
        guard
            nameOrPath.contains("/") || nameOrPath.hasSuffix(".safetensors")
                || FileManager.default.fileExists(atPath: path)
        else {
            throw .unknownModel(
                name: nameOrPath, near: nearest(to: nameOrPath, among: Catalogue.builtInNames))
        }
        let stem = URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
        let checkpoint: any Checkpoint =
            path.hasSuffix(".npz") ? try NumPyArchive(path: path) : try Safetensors(path: path)
        return try Model(checkpoint, name: stem, origin: nameOrPath, size: size, classes: classes)
    }
}
