import Engine
import Foundation

/// The time of a render step, ours and PyTorch's, measured in turns so that both see the same machine.
///
///     benchmark [--python PATH] [--rounds N] [--only-steps] [MODEL LAYER]…
///     benchmark --load WEIGHTS
///     benchmark --pictures WEIGHTS
///
/// The second form loads weights and says how long that took; `load_times.py` compares it with PyTorch's.
/// The third makes the pictures that `quality/compare.py` measures.
/// `--only-steps` leaves out OpenBLAS's products, for a profiler to look at the steps.
/// Without models: the built-in ones, and DeiT-Tiny where it lies beside the checkout.
@main struct Benchmark {
    static func main() throws {
        var arguments = Array(CommandLine.arguments.dropFirst())
        if let weights = option("--load", of: &arguments) { return try LoadTime.print(weights) }
        if let weights = option("--pictures", of: &arguments) { return try Pictures.make(of: weights) }
        let python = option("--python", of: &arguments)
        let rounds = option("--rounds", of: &arguments).flatMap(Int.init) ?? 9
        let onlySteps = arguments.contains("--only-steps")
        arguments.removeAll { $0 == "--only-steps" }
        guard arguments.count.isMultiple(of: 2), rounds > 0 else {
            print("Usage: benchmark [--python PATH] [--rounds N] [--only-steps] [MODEL LAYER]…")
            exit(64)
        }
        var subjects = stride(from: 0, to: arguments.count, by: 2).map { (arguments[$0], arguments[$0 + 1]) }
        if subjects.isEmpty { subjects = usualSubjects() }

        print(Machine.summary)
        var table = Table()
        for (model, layer) in subjects {
            let measurement = try Measurement(
                of: Model.load(model), layer: layer, rounds: rounds, python: python, onlySteps: onlySteps)
            table.add(measurement)
        }
        print(table.text)
        print(Machine.load)
    }

    private static func option(_ name: String, of arguments: inout [String]) -> String? {
        guard let place = arguments.firstIndex(of: name), place + 1 < arguments.count else { return nil }
        defer { arguments.removeSubrange(place...place + 1) }
        return arguments[place + 1]
    }

    private static func usualSubjects() -> [(String, String)] {
        let builtIn = [("vit", "blocks.5.mlp"), ("ffmixer", "blocks.5.mlp")]
        let deit = "../shared/models/deit_tiny_patch16_224.safetensors"
        guard FileManager.default.fileExists(atPath: deit) else {
            print("Without DeiT-Tiny: \(deit) is not there.")
            return builtIn
        }
        return [(deit, "blocks.6.mlp")] + builtIn
    }
}
