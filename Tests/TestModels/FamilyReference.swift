import Checkpoints
import Compute
import Foundation
import Images
import Models
import Platform
import TestSupport

/// A model as its framework saved it, and what its framework computed with it: a folder that
/// `Fixtures/make_family_fixtures.py` wrote.
package struct FamilyReference {
    /// Where they all are.
    package static let parent = Reference.root.appendingPathComponent("Tests/Fixtures/families")
    /// Their names.
    package static let families = (try? FileManager.default.contentsOfDirectory(atPath: parent.path).sorted()) ?? []

    package let folder: URL

    private let values: Safetensors

    package init(_ folder: URL) throws {
        self.folder = folder
        values = try Safetensors(path: folder.appendingPathComponent("reference.safetensors").path)
    }

    /// The model, loaded as a person loads it.
    package func model(size: PixelSize? = nil) throws -> Model {
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        guard let file = files.first(where: { $0.hasPrefix("model.") }) else {
            throw EngineError.fileMissing(path: folder.path)
        }
        return try Model.load(folder.appendingPathComponent(file).path, size: size)
    }

    /// A safetensors file's bytes without the configuration in its metadata, for one that lies beside it.
    package static func weightsAlone(_ file: URL) throws -> [UInt8] {
        var data = try Data(contentsOf: file)
        if let key = data.range(of: Data("\"config\"".utf8)) {
            data.replaceSubrange(key, with: Data("\"unused\"".utf8))
        }
        return [UInt8](data)
    }

    /// The names of what was computed behind `prefix`: "output", "gradient", "larger".
    package func names(_ prefix: String) -> [String] {
        values.names.filter { $0.hasPrefix(prefix + ".") }.map { String($0.dropFirst(prefix.count + 1)) }
    }

    /// What the framework computed.
    package func expected(_ prefix: String, _ name: String) throws -> Tensor {
        try values.parameter("\(prefix).\(name)").tensor
    }

    /// The relative error of every output that the framework's modules had, under its own names.
    package func outputErrors(_ model: Model) throws -> [(name: String, error: Double)] {
        let names = names("output")
        let executor = try model.makeExecutor(layers: names, gradient: false)
        executor.setInput(Reference.pattern(executor.inputCount, seed: 1))
        try executor.forward(cancellation: nil)
        return try names.map { name in
            let expected = try expected("output", name)
            let found = executor.output(name)
            guard found.count == expected.values.count,
                try model.layer(name).shape.features == expected.shape[-1]
            else { return (name, .infinity) }
            return (name, Reference.distance(found, expected.values))
        }
    }

    /// The relative error of the picture's gradient of some outputs, each weighed by a pattern.
    package func gradientErrors(_ model: Model) throws -> [(name: String, error: Double)] {
        try names("gradient").map { name in
            let executor = try model.makeExecutor(layers: [name], gradient: true)
            executor.setInput(Reference.pattern(executor.inputCount, seed: 1))
            try executor.forward(cancellation: nil)
            executor.seed(name, patternSeed: 2)
            try executor.backward(cancellation: nil)
            return (name, Reference.distance(executor.inputGradient, try expected("gradient", name).values))
        }
    }
}
