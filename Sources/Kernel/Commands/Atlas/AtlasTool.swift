import Foundation
import VitrineEngine

/// Atlases from the command line: `vitrine atlas vit --layers 'blocks.*.mlp' --out atlas`.
package struct AtlasTool {
    /// The model's name or path.
    package var model = ""
    /// A dictionary of latents, by its path or its repository; nil for none.
    package var dictionary: String?
    /// The address of the layer that the dictionary reads.
    package var dictionaryLayer: String?
    /// The size of the model's input: "224", "256x128"; nil for the model's own.
    package var inputSize: String?
    /// Patterns of layers' addresses.
    package var layers: [String] = []
    /// The neurons of each layer: "0..<64", "0...63" or "7"; nil for all.
    package var neurons: String?
    /// The atlas's folder.
    package var folder = "atlas"
    /// The number of pictures of each neuron.
    package var seeds = 1
    /// The recipe's name.
    package var recipe = "vitrine"
    /// The number of steps; nil for the recipe's own.
    package var steps: Int?
    /// The pictures' longer side in pixels; nil for the recipe's own.
    package var size: Int?
    /// The first picture's seed.
    package var seed: Int = 0
    /// A folder of photographs for the pages; nil for none.
    package var photographs: String?
    /// What is measured of trust, with photographs: "none", "brief" or "full".
    package var trust = "brief"
    /// The folder of photographs of an activation atlas, whose cells then stand in the place of neurons; nil for neurons.
    package var activations: String?
    /// How many cells its map has along each side.
    package var side = 8
    /// How many patches of the photographs it takes, at most.
    package var patches = 20_000
    /// How many patches a cell needs.
    package var least = 3
    /// The part of the work: "3/64"; nil for the part that the environment names.
    package var shard: String?

    /// The number of parts in which a cluster renders the atlas; nil to choose it by the estimated time.
    package var shards: Int?
    /// The number of times that a cluster tries a part.
    package var tries = 3
    /// Options for `sbatch`, separated by spaces: "--partition=long --cpus-per-task=4".
    package var sbatchOptions = ""

    /// Creates a tool with default options.
    package init() {}

    /// The levels of measurements of trust.
    package static var trustLevels: [String] { AtlasTrust.allCases.map(\.rawValue) }

    /// The names of the recipes.
    package static var recipes: [String] { RecipeName.withoutReferences.map(\.rawValue) }

    /// Prints the estimated number of pictures, time and disk space. Changes nothing.
    package func plan() -> Int32 {
        reporting { line in
            print(try request(line).estimate(interrupt) { line.show("checking", done: $0, of: $1) }.words)
            return 0
        }
    }

    /// Renders the missing pictures and writes the pages.
    ///
    /// - Returns: the process's exit status: 0; 1 if pictures could not be made; 2 for an error; 130 after an
    ///   interrupt.
    package func make() -> Int32 {
        reporting { line in
            let request = try request(line)
            let part = request.shard == .all ? "" : " (part \(request.shard.words))"
            let outcome = try request.run(
                interrupt,
                AtlasRequest.Listener(
                    checking: { line.show("checking", done: $0, of: $1) },
                    estimate: { line.writeLine("\(request.folder)\(part): \($0.words)") },
                    rendering: {
                        line.show("rendering", done: $0.done, of: $0.total, secondsLeft: $0.secondsLeft, note: $0.note)
                    },
                    measuring: { line.show($0, done: $1, of: $2) },
                    pages: { line.show("pages: \($0.title)", done: $0.done, of: $0.total ?? 0) }))
            line.writeLine("\(request.folder)\(part): \(outcome.words)")
            if request.shard == .all { line.writeLine("Open \(request.folder)/index.html in a browser.") }
            return outcome.failed.isEmpty ? 0 : 1
        }
    }

    /// Renders the missing pictures on a Slurm cluster, and follows the jobs to their end.
    ///
    /// - Returns: the process's exit status: as ``make()``; 1 if parts were given up.
    package func cluster() -> Int32 {
        reporting { line in
            guard SlurmQueue.isAvailable else {
                line.writeLine(
                    "vitrine: There is no Slurm here: `sbatch` was not found. On a cluster, run this on a machine that "
                        + "submits jobs (Debian's package is slurm-client). Without --slurm the atlas is rendered here; "
                        + "--shard lets other schedulers render its parts.")
                return 2
            }
            let request = try request(line)
            let plan = try request.plan()
            let atlas = try AtlasFolder(making: folder)
            try atlas.add(plan)
            let work = try AtlasWork(plan, by: request.model, in: atlas.path, cancellation: interrupt) {
                line.show("checking", done: $0, of: $1)
            }
            line.writeLine("\(folder): \(work.estimate.words)")
            let parts = shards ?? Self.parts(of: work.estimate)
            guard (1...10_000).contains(parts), (1...100).contains(tries) else {
                throw EngineError.invalidValue(
                    what: "--shards", found: "\(parts)", expected: "1 to 10000, and --tries 1 to 100")
            }
            let script = SlurmScript(
                executable: try CurrentExecutable.path, arguments: arguments, folder: absolutePath(folder),
                shards: parts)
            let status = try SlurmAtlas(
                script: script, atlas: atlas, wanted: try plan.names(),
                options: sbatchOptions.split(separator: " ").map(String.init),
                tries: tries, photographs: photographs.map(absolutePath)
            ).run(interrupt, line)
            let check = try atlas.check(cancellation: interrupt) { line.show("checking", done: $0, of: $1) }
            line.writeLine(
                "\(folder): \(check.whole) of \(check.total) pictures. Open \(folder)/index.html in a browser.")
            return status
        }
    }

    /// Returns the number of parts that take about ten minutes each on a machine like this one, so that no node waits
    /// long for the last. Slurm's default limit is a thousand tasks in one array.
    private static func parts(of estimate: AtlasEstimate) -> Int {
        let timely = Int(min(estimate.seconds / 600, 1000).rounded(.up))
        return min(max(timely, 2), max((estimate.missing + 3) / 4, 1))
    }

    /// The arguments of `vitrine atlas` for the tasks of a cluster.
    private var arguments: [String] {
        var words = [source] + layers.flatMap { ["--layers", $0] }
        let options: [(String, String?)] = [
            ("--neurons", neurons), ("--steps", steps.map(String.init)), ("--size", size.map(String.init)),
            ("--input-size", inputSize), ("--dictionary", dictionary.map { absolutePath(ofFile: $0) ?? $0 }),
            ("--on", dictionaryLayer), ("--photographs", photographs.map(absolutePath)),
            ("--activations", activations.map(absolutePath)),
        ]
        for (option, value) in options {
            if let value { words += [option, value] }
        }
        if activations != nil { words += ["--side", "\(side)", "--patches", "\(patches)", "--least", "\(least)"] }
        return words + ["--recipe", recipe, "--seed=\(seed)", "--seeds", "\(seeds)", "--trust", trust]
    }

    /// Writes the pages from the existing pictures.
    package func merge() -> Int32 {
        reporting { line in
            let atlas = try AtlasFolder(folder)
            var models: [String: Model] = [:]
            for plan in try atlas.plans() {
                guard let model = plan.load(interrupt) else {
                    line.writeLine(
                        "The model \(plan.source) of \(plan.key) cannot be loaded or has different weights now: "
                            + "the pages show only what its pictures contain.")
                    continue
                }
                models[plan.key] = model
            }
            let count = try AtlasPages(of: atlas, words: .vitrine, cancellation: interrupt).write(
                models: models, photographs: photographs
            ) { line.show("pages: \($0.title)", done: $0.done, of: $0.total ?? 0) }
            line.writeLine("The pages show \(count) neurons. Open \(folder)/index.html in a browser.")
            return 0
        }
    }

    /// Prints which pictures are missing, broken or foreign.
    ///
    /// - Returns: the process's exit status: 0 for a complete atlas, 1 for any other, 2 if it cannot be read.
    package func check() -> Int32 {
        reporting { line in
            let check = try AtlasFolder(folder).check(cancellation: interrupt) {
                line.show("checking", done: $0, of: $1)
            }
            line.clear()
            for (layer, count) in check.missingByLayer.sorted(by: { $0.key < $1.key }) {
                print("missing\t\(layer)\t\(count) picture\(count == 1 ? "" : "s")")
            }
            for (layer, count) in check.unmeasuredByLayer.sorted(by: { $0.key < $1.key }) {
                print("unmeasured\t\(layer)\ttrust of \(count) neuron\(count == 1 ? "" : "s")")
            }
            for (word, faults) in [("broken", check.broken), ("foreign", check.foreign)] {
                for fault in faults {
                    print("\(word)\t\(fault.layer) neuron \(fault.neuron)\t\(fault.path): \(fault.reason)")
                }
            }
            for path in check.unknown { print("unknown\t\(path): no plan asks for it") }
            print(
                "\(check.whole) of \(check.total) pictures are there"
                    + (check.isWhole
                        ? "."
                        : "; \(check.missing) missing, \(check.broken.count) broken, \(check.foreign.count) foreign, "
                            + "\(check.unknown.count) that belong to no plan."))
            if check.measurementCount > 0 {
                print("Trust is measured of \(check.measuredCount) of \(check.measurementCount) neurons.")
            }
            return check.isWhole ? 0 : 1
        }
    }

    /// The cancellation by a signal.
    private var interrupt: Cancellation { .bySignal }

    private func request(_ line: TerminalLine) throws -> AtlasRequest {
        let modelRequest = ModelRequest(name: model, size: try pixels(inputSize))
        let loaded = try EngineLoader.load(modelRequest, interrupt) {
            if !$0.isQuick { line.show($0.title, done: $0.done, of: $0.total ?? 0) }
        }
        let coded = try withDictionary(loaded, line)
        var request = AtlasRequest(model: coded.model, source: source, folder: folder)
        request.layers = layers.isEmpty ? [coded.latents ?? "blocks.*.mlp"] : layers
        request.neurons = try range()
        request.seeds = seeds
        request.photographs = photographs
        request.trust = AtlasTrust(rawValue: trust) ?? .brief
        request.settings = AtlasPlan.Settings(
            recipe: RecipeName(rawValue: recipe) ?? .vitrine, steps: steps, size: size,
            seed: UInt64(bitPattern: Int64(seed)))
        if activations != nil { request.cells = try cells(of: coded.model, line) }
        request.shard =
            try shard.map { text throws(EngineError) in try AtlasShard(text) }
            ?? AtlasShard.scheduled(ProcessInfo.processInfo.environment) ?? .all
        return request
    }

    /// Puts the dictionary, if there is one, behind its layer; its latents are the layer that is rendered.
    private func withDictionary(_ model: Model, _ line: TerminalLine) throws -> (model: Model, latents: String?) {
        guard let dictionary, let dictionaryLayer else { return (model, nil) }
        let path = try ModelSource().resolveDictionary(dictionary, cancellation: interrupt) { progress in
            let shown = LoadProgress(.downloading(progress))
            line.show(shown.title, done: shown.done, of: shown.total ?? 0)
        }
        let found = try DictionaryValue(
            LatentDictionary(path: path), on: LayerValue(model, try model.layer(dictionaryLayer)))
        return (found.latents.model, found.latents.layer.address)
    }

    /// Returns the cells of the activation atlas.
    private func cells(of model: Model, _ line: TerminalLine) throws -> ActivationCells? {
        guard let activations else { return nil }
        guard let layer = layers.first, layers.count == 1, !layer.contains("*") else {
            throw EngineError.invalidValue(
                what: "--layers", found: layers.joined(separator: ", "),
                expected: "one layer for --activations, such as blocks.8")
        }
        return try ActivationMapRequest(photographs: activations, side: side, patches: patches, least: least).cells(
            at: layer, of: model, in: folder, interrupt
        ) { line.show("features of \(activations)", done: $0.done, of: $0.total) }
    }

    /// Parses a size: "224", or a height and a width, "256x128".
    private func pixels(_ text: String?) throws(EngineError) -> PixelSize? {
        guard let text else { return nil }
        let sides = text.lowercased().split(separator: "x", omittingEmptySubsequences: false).map {
            Int($0.trimmingCharacters(in: .whitespaces)) ?? 0
        }
        guard (1...2).contains(sides.count), sides.allSatisfy((1...16384).contains) else {
            throw .invalidValue(
                what: "--input-size", found: "“\(text)”", expected: "a side in pixels, or a height and a width: 256x128"
            )
        }
        return PixelSize(width: sides[sides.count - 1], height: sides[0])
    }

    /// The model's name or absolute path, with which it can be loaded from another folder too.
    private var source: String { model.contains("/") ? absolutePath(ofFile: model) ?? model : model }

    private func range() throws(EngineError) -> Range<Int>? {
        guard let neurons else { return nil }
        func wrong() -> EngineError {
            .invalidValue(what: "--neurons", found: "“\(neurons)”", expected: "a range such as 0..<64, or one number")
        }
        if let single = Int(neurons), single >= 0 { return single..<single + 1 }
        for (sign, extra) in [("..<", 0), ("...", 1)] {
            let ends = neurons.components(separatedBy: sign).map { Int($0.trimmingCharacters(in: .whitespaces)) }
            guard ends.count == 2, let first = ends[0], let last = ends[1] else { continue }
            guard first >= 0, last < Int.max / 2, first < last + extra else { throw wrong() }
            return first..<last + extra
        }
        throw wrong()
    }

    private func reporting(_ body: (TerminalLine) throws -> Int32) -> Int32 {
        Cancellation.listenToSignals()
        let line = TerminalLine()
        do {
            defer { line.clear() }
            return try body(line)
        } catch EngineError.cancelled {
            line.writeLine("vitrine: Interrupted. Finished work is kept: the same command continues from there.")
            return 130
        } catch {
            line.writeLine("vitrine: \(error)")
            return 2
        }
    }
}
