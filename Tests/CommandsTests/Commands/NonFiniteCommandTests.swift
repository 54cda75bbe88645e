import Commands
import Foundation
import TestKernel
import Testing
import VitrineEngine

/// Weights that are no numbers, or far too large: every command that looks at a model answers, and the kernel goes on.
@Suite(.timeLimit(.minutes(10))) final class NonFiniteCommandTests: Sendable {
    private let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)

    init() throws {
        try FileManager.default.createDirectory(
            at: folder.appendingPathComponent("photos"), withIntermediateDirectories: true)
        for index in 0..<3 {
            let pixels = (0..<40 * 40 * 3).map { UInt8(($0 * (index + 3)) % 251) }
            try Image(width: 40, height: 40, pixels: pixels).write(
                to: folder.appendingPathComponent("photos/\(index).png").path)
        }
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// The tiny vision transformer whose numbers `change` has changed.
    private func write(_ name: String, _ change: (Int, Float) -> Float) throws -> String {
        let fixture = repository.appendingPathComponent("Tests/Fixtures/tiny_vit.safetensors")
        var bytes = [UInt8](try Data(contentsOf: fixture))
        let start = 8 + bytes.prefix(8).enumerated().reduce(0) { $0 + Int($1.element) << (8 * $1.offset) }
        for (index, place) in stride(from: start, to: bytes.count - 3, by: 4).enumerated() {
            let pattern = (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[place + $1]) << UInt32(8 * $1) }
            let changed = change(index, Float(bitPattern: pattern)).bitPattern
            for byte in 0..<4 { bytes[place + byte] = UInt8(truncatingIfNeeded: changed >> UInt32(8 * byte)) }
        }
        let path = folder.appendingPathComponent(name).path
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        return path
    }

    private static let cells = [
        "m", "m.layers", "m.classify(photo)", "m.classify(photo)[0]", "m.output(photo)", "m.logits(photo)",
        "m.embedding(photo)", "activations(photo, at: m.blocks[1].mlp)", "activations(photo, at: m.blocks[0].attn)",
        "activations(photo, at: m.blocks[1].mlp.neurons(0..<4))", "gradient(of: m.logit(0), at: photo)",
        "attention(photo, in: m.blocks[1])", "attention(photo, in: m)",
        "strongest(for: photo, in: m.blocks[1].mlp)",
        "strongest(for: photo, in: m.blocks[1].mlp, against: \"photos\")",
        "topImages(in: \"photos\", for: m.blocks[1].mlp.neuron(2))", "topImages(in: \"photos\", for: m.logit(1))",
        "usualLevel(at: m.blocks[1].mlp, in: \"photos\")",
        "render(m.blocks[1].mlp.neuron(2), steps: 2)", "render(m.logit(1), steps: 2).history",
        "dream(photo, toward: m.blocks[1].mlp, steps: 2)",
        "reconstruct(photo, from: m.blocks[0].patches(0..<4), steps: 2)",
        "consistency(m.blocks[1].mlp.neuron(2), runs: 2, steps: 2)",
        "consistency(m.blocks[1].mlp.neuron(2), runs: 2, in: \"photos\", steps: 2)",
        "mixing([m], photo, steps: 2)",
    ]

    @Test(.timeLimit(.minutes(5)), arguments: ["NaN", "infinite", "1e20", "one NaN", "a NaN of the head"])
    func everyCommandAnswers(_ kind: String) throws {
        let path = try write("\(kind.replacing(" ", with: "-")).safetensors") { index, value in
            switch kind {
            case "NaN": .nan
            case "infinite": index % 7 == 0 ? .infinity : value
            case "1e20": value * 1e20
            case "one NaN": index == 1000 ? .nan : value
            default: index == 2 ? .nan : value
            }
        }
        let notebook = Notebook()
        let photos = folder.appendingPathComponent("photos").path
        #expect(notebook.run("let m = load(\"\(path)\"); let photo = image(\"\(photos)/1.png\")").failure == nil)
        for cell in Self.cells {
            let answer = notebook.run(cell.replacing("\"photos\"", with: "\"\(photos)\""))
            if let failure = answer.failure {
                #expect(!failure.message.isEmpty && !failure.message.contains("Swift."), "\(cell)")
                // A call that is misspelt here would test nothing.
                #expect(!failure.message.contains("has no argument"), "\(cell): \(failure.message)")
            } else {
                _ = answer.bundle?.data
            }
        }
        #expect(notebook.run("1 + 1").result == "2")
    }
}
