import Foundation
import Jupyter
import TestModels
import Testing
import VitrineEngine

/// Every study on a model of every family: a result, or a sentence that says why it has no meaning there.
@Suite(.timeLimit(.minutes(10))) struct FamilyStudyTests {
    /// The cells; the last line of each is the study.
    private static let studies = [
        "attention(photo, in: model.blocks[0])",
        "attention(photo, in: model)",
        "mixing([model], photo, blocks: [0], rows: 1, steps: 1)",
        "reconstruct(photo, from: model.blocks[0], steps: 1)",
        "strongest(for: photo, in: model.blocks[0], count: 1, steps: 1)",
        "pca(photo, at: model.blocks[0])",
        "relevance(of: model[\"embedding\"].neuron(0), at: photo)",
        "activations(photo, at: model.blocks[0])",
        "render(model.blocks[0].neuron(0), steps: 1)",
        "atlas(model, layers: \"blocks.0\", in: \"\(folder)\", neurons: 0..<1, steps: 1, plan: true)",
        "let panel = explore(model.blocks[0].neuron(0), steps: 1)\npanel.wait()\npanel.cell",
    ]

    /// The sentences that a study may say instead, by its name.
    private static let sentences: [String: [String]] = [
        "attention": [
            "none of its blocks has attention among patches", "of another form in block",
        ],
        "mixing": ["one row of patches; it must be 2 or more"],
        "relevance": [
            "attends in another way", "none of its blocks has attention among patches",
        ],
    ]

    private static let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
        "vitrine-\(UUID().uuidString)"
    ).path

    @Test(arguments: FamilyReference.families)
    func everyStudyWorksOrSaysWhyNot(_ family: String) throws {
        let photograph = Self.folder + "-\(family).png"
        defer { try? FileManager.default.removeItem(atPath: photograph) }
        try Image(width: 48, height: 48, color: [20, 60, 90]).write(to: photograph)
        let notebook = Notebook()
        let path = FamilyReference.parent.appendingPathComponent(family).path
        let file = try #require(
            FileManager.default.contentsOfDirectory(atPath: path).first { $0.hasPrefix("model.") })
        let loading = notebook.run("let model = load(\"\(path)/\(file)\")\nlet photo = image(\"\(photograph)\")")
        #expect(loading.failure == nil, "\(loading.failure?.message ?? "")")
        for study in Self.studies {
            let name = String(study.prefix { $0 != "(" })
            let answer = notebook.run(study)
            if let message = answer.failure?.message {
                #expect(
                    Self.sentences[name, default: []].contains { message.contains($0) }, "\(study): \(message)")
            } else {
                #expect(answer.result?.isEmpty == false || !answer.displays.isEmpty, "\(study)")
            }
        }
    }
}
