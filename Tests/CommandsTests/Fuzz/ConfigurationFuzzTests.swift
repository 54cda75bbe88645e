import Foundation
import TestKernel
import Testing
import VitrineEngine

/// Configurations in which a value is another one: whatever it is, it is told or computed with, and nothing ends.
///
/// `VITRINE_FUZZ` gives how many are tried; `make fuzz` tries them all.
@Suite(.timeLimit(.minutes(10)), .serialized, .enabled(if: Executable.isBuilt, "The executable was not built."))
struct ConfigurationFuzzTests {
    /// What a configuration lies beside.
    private struct Form {
        let name: String
        /// The file that is changed.
        let file: String
        let text: String
        /// Makes the folder, without the file; is given the text where it goes into the weights themselves.
        let make: (URL, String) throws -> Void
    }

    private static let families = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Fixtures/families")

    private static let processor = """
        {"do_normalize": true, "do_rescale": true, "do_resize": true, "do_center_crop": true, "image_mean": [0.5, 0.5, 0.5],
         "image_std": [0.5, 0.5, 0.5], "resample": 2, "rescale_factor": 0.00392156862745098, "crop_pct": 0.9,
         "size": {"height": 16, "width": 16}, "crop_size": {"height": 16, "width": 16}}
        """
    private static let shortest = """
        {"do_center_crop": true, "crop_size": 16, "size": {"shortest_edge": 18}, "resample": 3, "image_mean": [0, 0, 0],
         "image_std": [1, 1, 1]}
        """
    private static let own = """
        {"classes": ["a", "b", "c", "d", "e"], "num_heads": 2, "mean": [0.5, 0.5, 0.5], "std": [0.2, 0.2, 0.2],
         "image_size": 16, "resize": 18, "interpolation": "bilinear", "license": "MIT", "training": {"epochs": 3}}
        """

    private static func forms() throws -> [Form] {
        func family(_ name: String, _ file: String, text: String? = nil) throws -> Form {
            let folder = families.appendingPathComponent(name)
            let text = try text ?? String(contentsOf: folder.appendingPathComponent(file), encoding: .utf8)
            return Form(name: name, file: file, text: text) { target, _ in
                try FileManager.default.copyItem(at: folder, to: target)
                for other in [file, "reference.safetensors"] {
                    try? FileManager.default.removeItem(at: target.appendingPathComponent(other))
                }
            }
        }
        let grids = [("square", 4, 4), ("wide", 2, 4), ("tall", 4, 2), ("nearly square", 3, 5)]
        let timm = grids.map { name, rows, columns in
            Form(name: "timm, \(name)", file: "config.json", text: FuzzModel.configuration(grid: (rows, columns))) {
                target, _ in
                try FuzzModel.write(to: target, grid: (rows, columns))
            }
        }
        return try timm + [
            Form(name: "metadata", file: "", text: own) {
                try FuzzModel.write(to: $0, grid: (4, 4), metadata: ["config": $1])
            },
            family("hf_vit", "config.json"), family("hf_vit", "preprocessor_config.json", text: processor),
            family("hf_dinov2", "config.json"), family("clip_projection", "config.json"),
            family("clip_projection", "preprocessor_config.json", text: shortest),
            family("open_clip", "open_clip_config.json"),
            family("timm_mixer", "preprocessor_config.json", text: processor),
        ]
    }

    @Test(.timeLimit(.minutes(240))) func noConfigurationEndsTheKernel() throws {
        let home = try Executable.makeFolder()
        defer { try? FileManager.default.removeItem(at: home) }
        let photographs = home.appendingPathComponent("photographs")
        try FileManager.default.createDirectory(at: photographs, withIntermediateDirectories: true)
        try FuzzPictures.write(to: photographs)
        var cases: [(form: Form, place: String, value: String, text: String)] = []
        for form in try Self.forms() {
            cases += try FuzzValues.changed(form.text).map { (form, $0.place, $0.value, $0.text) }
        }
        let chosen = cases.chosen(FuzzRun.rounds, seed: 20)
        var run = FuzzRun(in: home, opening: "let photo = image(\"photographs/0.png\")")
        for (index, (form, place, value, text)) in chosen.enumerated() {
            let folder = home.appendingPathComponent("m\(index)")
            try form.make(folder, text)
            if !form.file.isEmpty { try Data(text.utf8).write(to: folder.appendingPathComponent(form.file)) }
            try run.run(
                "\(form.name), \(place) = \(value)", "let m = load(\"m\(index)\")",
                then: [
                    "m", "m.output(photo)", "m.classify(photo)", "activations(photo, at: m.blocks[0])",
                    "attention(photo, in: m.blocks[0])",
                    "topImages(in: \"photographs\", for: m.blocks[0].neuron(1), count: 2)",
                    "render(m.blocks[0].neuron(0), steps: 2, recipe: .article, cache: false)",
                ])
            try FileManager.default.removeItem(at: folder)
        }
        print("Configurations: \(chosen.count) of \(cases.count) cases, \(run.cells) cells, \(run.faults.count) faults")
        #expect(run.faults.isEmpty, "\(run.faults.joined(separator: "\n"))")
    }
}

/// Three small pictures of different forms.
enum FuzzPictures {
    static func write(to folder: URL) throws {
        for (index, size) in [(20, 12), (9, 30), (16, 16)].enumerated() {
            var chance = Chance(state: UInt64(index + 1))
            let pixels = (0..<size.0 * size.1 * 3).map { _ in UInt8.random(in: 0...255, using: &chance) }
            try Image(width: size.0, height: size.1, pixels: pixels)
                .write(to: folder.appendingPathComponent("\(index).png").path)
        }
    }
}
