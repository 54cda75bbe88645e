import Cells
import Foundation
import VitrineEngine

/// The command `label`, which finds words for neurons.
enum LabelCommand {
    private static let layer = Argument<LayerValue>("layer", label: nil, summary: "whose neurons to name")
    private static let words = Argument<WordList>(
        "words", label: "with", .oneOf([.string, .list(.string)]),
        summary: "a text file with a word or phrase on each line, or a list of them", completes: PathSource.file
    ) { value in value.string.map { .file($0) } ?? [String].read(value).map { .words($0) } }
    private static let folder = Argument<String>(
        "folder", label: "in", summary: "a folder of photographs; thousands are better than hundreds",
        completes: PathSource.folder)
    private static let reader = Argument<ModelValue?>(
        "reader", label: "by", default: nil,
        summary: "the model that compares photographs with words, such as a CLIP; the layer's own model if left out")
    private static let neurons = Argument<Range<Int>?>(
        "neurons", default: nil, summary: "which neurons of the layer; all if left out")
    private static let photographs = Argument<Int?>(
        "photographs", default: nil,
        summary:
            "how many of the strongest photographs describe a neuron; 100 if left out, or a tenth of fewer than 1,000")
    private static let rows = Argument<NeuronLabels.Reading>(
        "over", default: .patches,
        summary: "where a neuron is read: its mean over the patches, the class token as in CLIP-Dissect, or its "
            + "strongest patch")
    private static let count = Argument<Int>(
        "count", default: 5, summary: "how many words to keep for each neuron, the best first")

    /// Where the words come from.
    private enum WordList {
        case file(String)
        case words([String])
    }

    static let label = Command(
        Signature(
            "label",
            [layer, words, folder, reader, neurons, photographs, rows, ModelValue.TextArguments.templates, count],
            result: .object(.labels),
            summary: "Words for the neurons of a layer, found on photographs by a model that reads texts.",
            discussion:
                "CLIP-Dissect: of the given words, the one that best tells the photographs that drive a neuron most from "
                + "those that drive the others (SoftWPMI, with its constants). The photographs go through the layer's model "
                + "and through the reader. `atlas(…, labels: found)` writes the words into an atlas. Interrupting keeps the "
                + "words for the photographs so far.",
            example:
                "let found = label(vit.blocks[8].mlp.hidden, with: \"words.txt\", in: \"photographs\", by: clip)\nfound[42]"
        )
    ) { arguments, run in
        let layer = arguments[layer]
        let named = arguments[reader]?.model
        let reader = named ?? layer.model
        do throws(EngineError) {
            _ = try reader.textTower()
        } catch {
            guard named == nil else { throw error }
            throw arguments.complaint(
                about: LabelCommand.reader,
                "\(layer.model.name) reads no text, so it cannot compare words with photographs. Name a model that does: "
                    + "`by: load(\"openai/clip-vit-base-patch32\")`.")
        }
        let words = try words(arguments)
        let templates = try arguments[ModelValue.TextArguments.templates].map { try TextTemplates($0.texts) }
        let found = try ProgressLine.during("label", in: run.execution) { line in
            try layer.model.labels(
                at: layer.layer.address, neurons: arguments[neurons].map(Array.init), with: words,
                in: arguments[folder], by: reader, photographs: arguments[photographs], activation: arguments[rows],
                templates: templates ?? .plain, count: arguments[count], cancellation: run.cancellation
            ) { line.update(done: $0.done, of: $0.total, .things("step"), title: $0.work) }
        }
        return .object(LabelsValue(found, of: layer.model))
    }

    /// Returns the words of the argument, or of its file's lines.
    ///
    /// - Throws: ``EngineError/fileUnreadable(path:reason:)``; ``EngineError/invalidValue(what:found:expected:)`` for none.
    private static func words(_ arguments: Arguments) throws -> [String] {
        switch arguments[words] {
        case .words(let words): return words
        case .file(let path):
            let bytes = try OrdinaryFile.contents(of: path, limit: 1 << 28)
            let lines = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
                .map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
            guard lines.count > 1 else {
                throw EngineError.invalidValue(
                    what: "The number of words in “\(path)”", found: "\(lines.count)",
                    expected: "2 or more, one on each line")
            }
            return lines
        }
    }
}

extension NeuronLabels.Reading: ArgumentChoice {}
