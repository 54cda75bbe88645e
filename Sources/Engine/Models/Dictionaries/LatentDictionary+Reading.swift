import Checkpoints
import Compute
import Foundation
import Platform

extension LatentDictionary {
    /// Reads a dictionary from a file of saev, Prisma, overcomplete or visaebench.
    ///
    /// Nothing in the file is run. Its settings are in its first line (saev), beside the weights (Prisma), or in “config.json”
    /// or “config.yaml” in its folder.
    ///
    /// - Parameters:
    ///   - topK: the number of latents that are kept, for a file that does not say it.
    ///   - threshold: the threshold of a BatchTopK, likewise.
    /// - Throws: the errors of ``CheckpointFile/open(_:part:mapping:on:reading:)``;
    ///   ``EngineError/unsupportedConfiguration(place:found:supported:)`` for a dictionary that is computed otherwise;
    ///   ``EngineError/invalidValue(what:found:expected:)`` for settings that are missing;
    ///   ``EngineError/missingTensors(path:names:count:)``, ``EngineError/shapeMismatch(place:expected:found:)``.
    public convenience init(path: String, topK: Int? = nil, threshold: Double? = nil) throws(EngineError) {
        try MatrixProduct.prepare()
        let place = DictionaryFile.weights(at: (path as NSString).expandingTildeInPath)
        let (checkpoint, header) = try CheckpointFile.openWithHeader(place)
        let reference = DictionaryReference(
            path: place, sha256: checkpoint.sha256, topK: topK, threshold: threshold)
        if let topK, topK < 1 {
            throw .invalidValue(what: "The number of latents that are kept", found: "\(topK)", expected: "1 or more")
        }
        let file = DictionaryFile(
            checkpoint, settings: header ?? checkpoint.metadata["cfg"] ?? DictionaryFile.configuration(beside: place),
            hasHeader: header != nil, reference)
        let parts = try file.parts()
        try checkpoint.check()
        self.init(
            reference, format: parts.format, gate: parts.gate, normalization: parts.normalization,
            encoder: parts.encoder, bias: parts.bias, decoder: parts.decoder, decoderBias: parts.decoderBias,
            record: parts.record)
    }
}

/// A file of a dictionary with its settings.
struct DictionaryFile {
    /// What a file says of a dictionary.
    struct Parts {
        var format: String
        var gate: DictionaryGate
        var normalization = DictionaryNormalization.none
        var encoder: Parameter
        var bias: Parameter
        var decoder: Parameter
        var decoderBias: Parameter?
        var record: DictionaryRecord?
    }

    let checkpoint: any Checkpoint
    let settings: JSONObject?
    let hasHeader: Bool
    let reference: DictionaryReference

    init(_ checkpoint: any Checkpoint, settings: String?, hasHeader: Bool, _ reference: DictionaryReference) {
        self.checkpoint = checkpoint
        self.settings = settings.flatMap { JSONObject(Data($0.utf8)) }
        self.hasHeader = hasHeader
        self.reference = reference
    }

    /// Reads the dictionary in the way of the project whose names its tensors have.
    func parts() throws(EngineError) -> Parts {
        if has("W_enc"), has("W_dec") { return hasHeader ? try saev() : try prisma() }
        if ["dictionary._weights", "decoder.weight"].contains(where: has) { return try overcomplete() }
        throw .missingTensors(path: checkpoint.path, names: ["W_enc", "W_dec"], count: 2)
    }

    func has(_ name: String) -> Bool { checkpoint.shape(name) != nil }

    /// Returns a copy of a tensor's numbers, of this shape.
    func numbers(_ name: String, _ shape: Shape? = nil) throws(EngineError) -> Parameter {
        let found = try checkpoint.parameter(name)
        if let shape, found.shape != shape {
            throw .shapeMismatch(
                place: "The tensor “\(name)” of “\(checkpoint.path)”", expected: shape, found: found.shape)
        }
        // A file can be written again while the dictionary is in use.
        return Parameter(found.tensor)
    }

    /// Returns a matrix.
    func matrix(_ name: String) throws(EngineError) -> Parameter {
        let found = try numbers(name)
        guard found.shape.rank == 2, found.count > 0 else {
            throw .shapeMismatch(
                place: "The tensor “\(name)” of “\(checkpoint.path)”", expected: [1, 1], found: found.shape)
        }
        return found
    }

    /// Returns the error for something that is computed otherwise.
    func unsupported(_ place: String, _ found: String, _ supported: String) -> EngineError {
        .unsupportedConfiguration(
            place: "\(place) of the dictionary “\(reference.name)”", found: found, supported: supported)
    }

    /// Returns the error for settings that no file states.
    func missing(_ what: String, _ cure: String) -> EngineError {
        .invalidValue(
            what: "\(what) of the dictionary “\(reference.name)”", found: "stated by no file", expected: cure)
    }

    /// Returns thresholds that are the same for all latents.
    static func shared(_ threshold: Float, _ count: Int, includesEqual: Bool) -> DictionaryGate {
        let thresholds = [Float](repeating: max(threshold, 0), count: count)
        return .above(
            thresholds: Parameter(Tensor(thresholds, shape: [count])), includesEqual: includesEqual, isShared: true)
    }

    /// Returns the file of weights: the path itself, or one of the usual names in a folder.
    static func weights(at path: String) -> String {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue else {
            return path
        }
        return ["sae.pt", "model.safetensors", "model.pt", "weights.pt"]
            .map { (path as NSString).appendingPathComponent($0) }
            .first { FileManager.default.fileExists(atPath: $0) } ?? path
    }

    /// Returns the settings in a file beside the weights, as JSON; nil if there is none.
    static func configuration(beside path: String) -> String? {
        let folder = (path as NSString).deletingLastPathComponent
        func text(_ name: String) -> String? {
            try? String(contentsOfFile: (folder as NSString).appendingPathComponent(name), encoding: .utf8)
        }
        return text("config.json") ?? (text("config.yaml") ?? text("config.yml")).flatMap(json(ofYAML:))
    }

    /// Returns the plain entries of YAML, “key: value” in lines of their own, as JSON.
    private static func json(ofYAML text: String) -> String? {
        var values: [String: Any] = [:]
        for line in text.split(separator: "\n") where !line.hasPrefix(" ") && !line.hasPrefix("#") {
            let parts = line.split(separator: ":", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
            guard parts.count == 2, !parts[1].isEmpty else { continue }
            values[parts[0]] = Double(parts[1]) ?? parts[1].trimmingCharacters(in: ["\"", "'"])
        }
        return (try? JSONSerialization.data(withJSONObject: values)).map { String(decoding: $0, as: UTF8.self) }
    }
}
