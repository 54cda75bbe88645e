import Commands
import Foundation
import TestModels
import Testing
import VitrineEngine

/// Cells about a model whose grid changes by stage, and whose attention is in windows.
@Suite(.timeLimit(.minutes(10))) struct WindowedModelCommandTests {
    private let notebook = Notebook()
    private let photograph = FileManager.default.temporaryDirectory
        .appendingPathComponent("vitrine-\(UUID().uuidString).png")

    init() throws {
        let model = FamilyReference.parent.appendingPathComponent("timm_swin_s3/model.safetensors").path
        var picture = Image(width: 16, height: 16, color: [20, 60, 90])
        picture.put(Image(width: 8, height: 8, color: [250, 200, 20]), left: 4, top: 4)
        try picture.write(to: photograph.path)
        notebook.run("let swin = load(\"\(model)\"); let photo = image(\"\(photograph.path)\")")
    }

    private func text(_ cell: String) throws -> String {
        let answer = notebook.run(cell)
        return try #require(answer.result, "\(cell): \(answer.failure?.message ?? "no result")")
    }

    @Test func patchesFollowTheGridOfTheLayer() throws {
        #expect(try text("swin.blocks[0].mlp.shape").contains("64 tokens (8 × 8 patches) × 8 features"))
        #expect(
            try text("swin[\"layers.1.downsample\"]").contains("16 tokens (4 × 4 patches)"))
        #expect(
            try text("swin.blocks[0].mlp.neuron(3).patch(row: 7, column: 7)").contains(
                "patch 63 (row 7, column 7) of 64"))
        #expect(
            try text("swin.blocks[2].mlp.neuron(3).patch(row: 3, column: 3)").contains(
                "patch 15 (row 3, column 3) of 16"))
        let beyond = notebook.run("swin.blocks[2].mlp.patch(row: 4, column: 0)")
        #expect(beyond.failure?.message.contains("3") == true)
        let card = try text("swin")
        #expect(card.contains("the first block's output") && card.contains("the last block's output"))
        #expect(try text("swin.layers").contains("4 windows of 4 × 4 patches, shifted by 2 rows and 2 columns"))
    }

    @Test func everyCommandRuns() throws {
        let cells = [
            "attention(photo, in: swin.blocks[3])", "attention(photo, in: swin)",
            "attention(photo, in: swin.blocks[1], from: swin.blocks[1].patch(27))",
            "activations(photo, at: swin.blocks[2].mlp.neuron(3))", "gradient(of: swin.logit(2), at: photo)",
            "strongest(for: photo, in: swin.blocks[2].mlp, count: 2)", "swin.classify(photo)", "swin.output(photo)",
            "render(swin.blocks[3].mlp.neuron(3).patch(row: 3, column: 3), steps: 2)",
            "render(swin.blocks[1].attn.queries.head(1), steps: 2)",
            "reconstruct(photo, from: swin.blocks[2].patches(0..<4), steps: 2)",
            "mixing([swin], photo, blocks: [0, 3], rows: 1, steps: 2)",
            "consistency(swin.blocks[2].mlp.neuron(1), runs: 2, steps: 2)",
            "let panel = explore(swin.blocks[2].mlp.neuron(5).patch(9), steps: 2)\npanel.wait()\npanel.cell",
        ]
        for cell in cells {
            let answer = notebook.run(cell)
            #expect(answer.failure == nil, "\(cell): \(answer.failure?.message ?? "")")
        }
        let cls = notebook.run("attention(photo, in: swin, from: .cls)")
        #expect(cls.failure?.message.contains("no special tokens") == true)
        let pattern = notebook.run("render(swin.blocks[1].attn.pattern)")
        #expect(pattern.failure != nil)
    }
}
