import Cells
import Foundation
import VitrineEngine

/// The command `dictionary`, which trains a dictionary of latents.
enum DictionaryCommand {
    private static let layer = Argument<LayerValue>(
        "layer", label: "of", summary: "the layer whose patches it is trained on")
    private static let folder = DictionaryFileArguments.folder
    private static let size = Argument<Int>(
        "size", summary: "how many latents it has; 4 to 32 times the layer's features are usual")
    private static let active = Argument<Int>("active", default: 16, summary: "how many latents each patch keeps: k")
    private static let steps = Argument<Int>("steps", default: 3000, summary: "how many steps of training")
    private static let batch = Argument<Int>("batch", default: 512, summary: "how many patches each step sees")
    private static let rate = Argument<Double?>(
        "rate", default: nil, summary: "the optimizer's rate; 0.0002 · √(16384 / size) if left out")
    private static let auxiliary = Argument<Double>(
        "auxiliary", default: 1.0 / 32,
        summary: "how much it counts that dead latents learn what the others miss; 0 for not at all")
    private static let deadAfter = Argument<Int>(
        "deadAfter", default: 50_000, summary: "the number of patches after which a latent that none kept is dead")
    private static let patches = Argument<Int?>(
        "patches", default: nil, summary: "how many patches of each photograph are taken at random; all if left out")
    private static let crops = Argument<Bool>(
        "crops", default: true,
        summary: "whether random parts of the photographs are read, which makes more of few, or each as it is")
    private static let seed = Argument<Seed>("seed", default: 0, summary: "the seed")

    static let dictionary = Command(
        Signature(
            "dictionary",
            [
                layer, folder, size, active, steps, batch, rate, auxiliary, deadAfter, patches, crops,
                DictionaryFileArguments.file, seed,
            ], result: .object(.latentDictionary),
            summary: "Trains a dictionary of latents on a layer: a sparse autoencoder, on the patches of a folder.",
            discussion:
                "A TopK autoencoder: each patch is written as a sum of a few directions. The photographs are read again and "
                + "again, so a folder may have any size; their activations are held only as long as they are used. The file is a "
                + "safetensors file with a record of how it was made, which `load(\"…\", on: vit.blocks[8])` reads. The same "
                + "seed, photographs and arguments give the same file. Interrupting keeps what was learned so far.\n\n"
                + "Source: Gao et al. 2024, arXiv:2406.04093.",
            example:
                "let sae = dictionary(of: vit.blocks[8], in: \"photographs\", size: 1024)\nrender(sae.latents(0..<8))"
        )
    ) { arguments, run in
        let layer = arguments[layer]
        var settings = DictionarySettings(size: arguments[size])
        settings.active = arguments[active]
        settings.steps = arguments[steps]
        settings.batch = arguments[batch]
        settings.rate = arguments[rate]
        settings.auxiliary = arguments[auxiliary]
        settings.deadAfter = arguments[deadAfter]
        settings.patches = arguments[patches]
        settings.crops = arguments[crops]
        settings.seed = arguments[seed].number
        let file = try DictionaryFileArguments.path(
            arguments, for: "\(layer.model.baseName)-\(layer.layer.address)-\(settings.size)")
        let place = "\(layer.layer.address) of \(layer.model.name)"
        let live = LiveSheet(in: run.execution, title: "Dictionary of \(place)")
        let found = try live.during {
            try layer.model.trainDictionary(
                of: layer.layer.address, in: arguments[folder], settings, to: file, cancellation: run.cancellation
            ) { progress in
                live.update(words(progress), share: share(progress)) {
                    progress.losses.count > 1 ? [plot(progress.losses, of: place).image] : []
                }
            }
        }
        let value = try DictionaryValue(found.dictionary, on: layer, losses: found.losses)
        if found.record.wasInterrupted {
            run.write(
                "Interrupted after \(found.losses.count) of \(settings.steps) steps; what was learned is in “\(file)”.\n",
                toStandardError: false)
        }
        for skipped in found.reading.skipped { run.write("\(skipped.reason)\n", toStandardError: true) }
        // However short it took: a file was written, and a cell that keeps the value should say so.
        live.finish(value.bundle)
        run.didShow(value, id: live.id)
        return .object(value)
    }

    /// The share of the time that reading the first patches takes, about.
    private static let reading = 0.1

    private static func share(_ progress: DictionaryProgress) -> Double {
        let own = Double(progress.done) / Double(max(progress.total, 1))
        // Below 1, so that the last step is shown too.
        return progress.losses.isEmpty ? reading * own : min(reading + (1 - reading) * own, 0.999)
    }

    private static func words(_ progress: DictionaryProgress) -> String {
        guard let last = progress.losses.last else { return "\(progress.work): \(progress.done) of \(progress.total)" }
        let dead = "\(progress.deadCount) dead \(progress.deadCount == 1 ? "latent" : "latents")"
        return
            "step \(progress.done) of \(progress.total), \((last * 100).formatted(digits: 1)) % of the variance missed, "
            + dead
    }

    /// Plots the variance that is missed, on a logarithmic scale of nothing: it is a share.
    static func plot(_ losses: [Double], of place: String) -> LinePlot {
        // A few hundred points say as much as thousands.
        let stride = max(losses.count / 400, 1)
        let points = Swift.stride(from: 0, to: losses.count, by: stride).map { start -> SIMD2<Double> in
            let part = losses[start..<min(start + stride, losses.count)]
            return [Double(start + 1), part.reduce(0, +) / Double(part.count) * 100]
        }
        return LinePlot(
            [LinePlot.Line("", points: points)], title: "\(place): what the dictionary misses", xLabel: "step",
            yLabel: "% of the variance", yRange: 0...max(points.map(\.y).max() ?? 1, 1),
            size: PixelSize(width: 720, height: 320))
    }
}

/// The arguments of commands that make a dictionary of latents.
enum DictionaryFileArguments {
    static let folder = Argument<String>(
        "folder", label: "in", summary: "a folder of PNG and JPEG files; its subfolders are read too",
        completes: PathSource.folder)
    static let file = Argument<String?>(
        "file", label: "to", default: nil,
        summary: "the safetensors file; named after the model and the layer, in the notebook's folder, if left out",
        completes: PathSource.destination)

    /// Returns the path of the file.
    ///
    /// - Parameter name: its name without the ending, if none is given.
    static func path(_ arguments: Arguments, for name: String) throws -> String {
        guard let given = arguments[file] else { return "\(name.replacing("/", with: "-")).safetensors" }
        guard given.lowercased().hasSuffix(".safetensors") else {
            throw arguments.complaint(
                about: file,
                "A dictionary is written as safetensors: a name that ends in “.safetensors”, not “\(given)”.")
        }
        return given
    }
}
