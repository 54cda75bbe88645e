/// TEMPORARY: until the entrance to every format is merged.
enum CheckpointFile {
    static func open(_ path: String) throws(EngineError) -> any Checkpoint {
        path.hasSuffix(".npz") ? try NumPyArchive(path: path) : try Safetensors(path: path)
    }
}
