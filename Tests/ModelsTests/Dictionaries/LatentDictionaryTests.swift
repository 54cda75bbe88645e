import Checkpoints
import Compute
import Foundation
import Models
import Platform
import TestSupport
import Testing

/// Dictionaries of four projects against the projects' own `encode` and `decode`.
///
/// Codes are sums of 16 products of numbers of about 1 in float32, so they agree within a few 10⁻⁶.
@Suite(.timeLimit(.minutes(10))) struct LatentDictionaryTests {
    private static let folder = Reference.root.appendingPathComponent("Tests/Fixtures/dictionaries")
    private let reference: Safetensors

    init() throws {
        reference = try Safetensors(path: Self.folder.appendingPathComponent("reference.safetensors").path)
    }

    private func dictionary(
        _ file: String, topK: Int? = nil, threshold: Double? = nil
    ) throws -> LatentDictionary {
        try LatentDictionary(
            path: Self.folder.appendingPathComponent(file).path, topK: topK, threshold: threshold)
    }

    /// The codes of the reference's features, computed by the operations that a model gets.
    private func codes(_ dictionary: LatentDictionary) throws -> [Float] {
        let x = try reference.parameter("x").tensor
        let layout = TokenLayout(special: [], rows: 2, columns: 3)
        let layer = Layer(address: "x", shape: .tokens(layout, features: 16))
        let graph = Graph(
            nodes: [
                .init(operation: nil, inputs: [], shape: [6, 16]),
                .init(operation: Reshape([6, 16]), inputs: [0], shape: [6, 16]),
            ], layers: [(layer: layer, node: 1)])
        let coded = try graph.coding(layer, by: dictionary, model: "m", base: "m")
        let executor = try CPUBackend(threads: 1).compile(Plan(coded, layers: ["x.sae"], batch: 1, gradient: false))
        executor.setInput(x.values)
        try executor.forward(cancellation: nil)
        return executor.output("x.sae")
    }

    @Test(
        arguments: [
            ("saev-relu.pt", nil), ("saev-topk.pt", nil), ("saev-batchtopk.pt", nil), ("overcomplete-topk.pt", 5),
            ("overcomplete-norm.pt", 5),
            ("overcomplete-jump.pt", nil), ("overcomplete-tied.pt", 5), ("prisma-relu/weights.pt", nil),
            ("prisma-topk/weights.pt", nil), ("prisma-plain/weights.pt", nil), ("visaebench-batchtopk", nil),
            ("visaebench-jumprelu", nil), ("visaebench-topk/sae.pt", nil),
        ] as [(String, Int?)])
    func codesAndReconstructionsAreTheProjects(file: String, topK: Int?) throws {
        let dictionary = try dictionary(file, topK: topK)
        let name = String(file.prefix { $0 != "." && $0 != "/" })
        let expected = try reference.parameter("\(name).codes").tensor.values
        let found = try codes(dictionary)
        #expect(found.count == expected.count)
        // Some are 0 and some are not, or nothing would be tested.
        #expect(expected.contains(0) && expected.contains { $0 > 0 })
        for (one, other) in zip(found, expected) { #expect(abs(one - other) < 1e-5, "\(name)") }
        let decoded = dictionary.reconstruction(of: found, from: try reference.parameter("x").tensor.values)
        let wanted = try reference.parameter("\(name).decoded").tensor.values
        #expect(Reference.distance(decoded, wanted) < 1e-5, "\(name)")
    }

    @Test func oldSchemasAreReadAsTheirSuccessors() throws {
        #expect(try codes(dictionary("saev-old-schema.pt")) == codes(dictionary("saev-topk.pt")))
        #expect(try codes(dictionary("saev-no-schema.pt")) == codes(dictionary("saev-relu.pt")))
    }

    @Test func whatNoFileStatesIsAskedFor() throws {
        let error = try #require(throws: EngineError.self) { try dictionary("overcomplete-topk.pt") }
        #expect(error.message.contains("topK: 64"), "\(error.message)")
    }

    @Test func anObjectWhoseClassWouldRunIsRefused() throws {
        let error = try #require(throws: EngineError.self) { try dictionary("overcomplete-object.pt", topK: 1) }
        #expect(error.message.contains("overcomplete"), "\(error.message)")
    }

    @Test func aDictionaryOfAnotherWidthIsRefused() throws {
        let dictionary = try dictionary("saev-topk.pt")
        let layer = Layer(address: "x", shape: .vector(features: 8))
        let graph = Graph(
            nodes: [.init(operation: nil, inputs: [], shape: [8])], layers: [(layer: layer, node: 0)])
        let error = try #require(throws: EngineError.self) {
            try graph.coding(layer, by: dictionary, model: "m", base: "m")
        }
        #expect(error.message.contains("16") && error.message.contains("8 features"), "\(error.message)")
    }
}
