import Foundation
import VitrineEngine

/// Atlases from the command line: `vitrine atlas vit --layers 'blocks.*.mlp' --out atlas`.
public struct AtlasTool {
    /// The model's name or path.
    public var model = ""
    /// The side that the model's input is stretched to; its own when nil.
    public var inputSize: String?
    /// Patterns of layers' addresses.
    public var layers: [String] = []
    /// Which neurons of each layer: "0..<64", "0...63" or "7"; all when nil.
    public var neurons: String?
    /// Where the atlas is.
    public var folder = "atlas"
    /// How many pictures of each neuron.
    public var seeds = 1
    /// The recipe's name.
    public var recipe = "vitrine"
    /// How many steps; the recipe's own number when nil.
    public var steps: Int?
    /// The pictures' side in pixels; the recipe's own when nil.
    public var size: Int?
    /// Where randomness starts.
    public var seed: Int = 0
    /// A folder of photographs for the pages.
    public var photographs: String?
    /// The part of the work, "3/64"; what the environment says when nil.
    public var shard: String?

    /// In how many parts a cluster renders the atlas; as many as are of use, 64 at most, when nil.
    public var shards: Int?
    /// How often a cluster tries a part.
    public var tries = 3
    /// Options for `sbatch`, as a shell splits them: "--partition=long --cpus-per-task=4".
    public var submitting = ""

    /// A tool that nothing was asked of yet.
    public init() {}

    /// The names of the recipes.
    public static var recipes: [String] { RecipeName.withoutReferences.map(\.rawValue) }

    /// Says what the atlas would take, on standard output. Changes nothing.
    public func plan() -> Int32 {
        reporting { line in
            print(try order(line).estimate(interrupt) { line.show("looking", done: $0, of: $1) }.words)
            return 0
        }
    }

    /// Renders what is missing.
    ///
    /// - Returns: the process's exit status: 0; 1 where pictures could not be made; 2 for an error; 130 after an
    ///   interrupt.
    public func make() -> Int32 {
        reporting { line in
            let order = try order(line)
            let part = order.shard == .all ? "" : " (part \(order.shard.words))"
            let outcome = try order.carryOut(
                interrupt,
                AtlasOrder.Listener(
                    looking: { line.show("looking", done: $0, of: $1) },
                    estimate: { line.say("\(order.folder)\(part): \($0.words)") },
                    rendering: {
                        line.show("rendering", done: $0.done, of: $0.total, secondsLeft: $0.secondsLeft, note: $0.note)
                    },
                    pages: { line.show("pages: \($0.title)", done: $0.done, of: $0.total ?? 0) }))
            line.say("\(order.folder)\(part): \(outcome.words)")
            if order.shard == .all { line.say("Open \(order.folder)/index.html in a browser.") }
            return outcome.failed.isEmpty ? 0 : 1
        }
    }

    /// Has a Slurm cluster render what is missing, and follows it.
    ///
    /// - Returns: the process's exit status: as of ``make()``; 1 where parts were given up.
    public func cluster() -> Int32 {
        reporting { line in
            guard SlurmQueue.isThere else {
                line.say(
                    "vitrine: There is no Slurm here: `sbatch` was not found. On a cluster, call this on a machine that "
                        + "submits jobs (Debian's package is slurm-client). Without --slurm the atlas is rendered here; "
                        + "--shard lets other schedulers render its parts.")
                return 2
            }
            let order = try order(line)
            let plan = try order.plan()
            let atlas = try AtlasFolder(making: folder)
            try atlas.add(plan)
            let work = try AtlasWork(plan, by: order.model, in: atlas.path, cancellation: interrupt) {
                line.show("looking", done: $0, of: $1)
            }
            line.say("\(folder): \(work.estimate.words)")
            let parts = shards ?? Self.parts(of: work.estimate)
            guard (1...10_000).contains(parts), (1...100).contains(tries) else {
                throw EngineError.invalidValue(
                    what: "--shards", found: "\(parts)", expected: "1 to 10000, and --tries 1 to 100")
            }
            let script = SlurmScript(
                executable: try OwnExecutable.path, arguments: arguments, folder: absolutePath(folder), shards: parts)
            let status = try SlurmAtlas(
                script: script, atlas: atlas, wanted: try plan.names(),
                options: submitting.split(separator: " ").map(String.init),
                tries: tries, photographs: photographs.map(absolutePath)
            ).run(interrupt, line)
            let check = try atlas.check(cancellation: interrupt) { line.show("looking", done: $0, of: $1) }
            line.say("\(folder): \(check.whole) of \(check.total) pictures. Open \(folder)/index.html in a browser.")
            return status
        }
    }

    /// Parts of some ten minutes on a machine like this one, so that no node waits long for the last; Slurm takes no more
    /// than a thousand in one array unless its configuration says so.
    private static func parts(of estimate: AtlasEstimate) -> Int {
        let timely = Int(min(estimate.seconds / 600, 1000).rounded(.up))
        return min(max(timely, 2), max((estimate.missing + 3) / 4, 1))
    }

    /// What `vitrine atlas` was asked, for the tasks of a cluster.
    private var arguments: [String] {
        var words = [source] + layers.flatMap { ["--layers", $0] }
        for (option, value) in [
            ("--neurons", neurons), ("--steps", steps.map { "\($0)" }), ("--size", size.map { "\($0)" }),
            ("--input-size", inputSize),
        ] {
            if let value { words += [option, value] }
        }
        return words + ["--recipe", recipe, "--seed=\(seed)", "--seeds", "\(seeds)"]
    }

    /// Makes the pages from the pictures that are there.
    public func merge() -> Int32 {
        reporting { line in
            let atlas = try AtlasFolder(folder)
            var models: [String: Model] = [:]
            for plan in try atlas.plans() {
                guard let model = plan.load(interrupt) else {
                    line.say(
                        "\(plan.source), of which \(plan.key) was made, cannot be loaded or has other weights now: "
                            + "the pages show only what its pictures tell.")
                    continue
                }
                models[plan.key] = model
            }
            let count = try AtlasPages(of: atlas, words: .vitrine, cancellation: interrupt).write(
                models: models, photographs: photographs
            ) { line.show("pages: \($0.title)", done: $0.done, of: $0.total ?? 0) }
            line.say("The pages show \(count) neurons. Open \(folder)/index.html in a browser.")
            return 0
        }
    }

    /// Says what is missing, broken or foreign, on standard output.
    ///
    /// - Returns: the process's exit status: 0 for a whole atlas, 1 for any other, 2 where it cannot be read.
    public func check() -> Int32 {
        reporting { line in
            let check = try AtlasFolder(folder).check(cancellation: interrupt) {
                line.show("looking", done: $0, of: $1)
            }
            line.clear()
            for (layer, count) in check.missingByLayer.sorted(by: { $0.key < $1.key }) {
                print("missing\t\(layer)\t\(count) picture\(count == 1 ? "" : "s")")
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
            return check.isWhole ? 0 : 1
        }
    }

    /// Asks the work to stop.
    private var interrupt: Cancellation { .bySignal }

    private func order(_ line: TerminalLine) throws -> AtlasOrder {
        let request = ModelRequest(name: model, size: try pixels(inputSize))
        let loaded = try EngineLoader.load(request, interrupt) {
            if !$0.isQuick { line.show($0.title, done: $0.done, of: $0.total ?? 0) }
        }
        var order = AtlasOrder(model: loaded, source: source, folder: folder)
        order.layers = layers
        order.neurons = try range()
        order.seeds = seeds
        order.photographs = photographs
        order.settings = AtlasPlan.Settings(
            recipe: RecipeName(rawValue: recipe) ?? .vitrine, steps: steps, size: size,
            seed: UInt64(bitPattern: Int64(seed)))
        order.shard =
            try shard.map { text throws(EngineError) in try AtlasShard(text) }
            ?? AtlasShard.scheduled(ProcessInfo.processInfo.environment) ?? .all
        return order
    }

    /// "224", or a height and a width, "256x128".
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

    /// What the model can be loaded as from another folder too.
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
            line.say("vitrine: Interrupted. Finished work is kept: the same command continues from there.")
            return 130
        } catch {
            line.say("vitrine: \(error)")
            return 2
        }
    }
}
