import Engine
import Foundation

/// The same steps in PyTorch, taken by `pytorch_step.py` in a process of its own, a turn at a time.
final class PyTorchSteps {
    /// How PyTorch gets at a layer inside of a model.
    enum Kind: String, CaseIterable {
        /// The whole model runs, as Lucid's ports do; a hook keeps the layer's output.
        case whole
        /// The blocks after the layer are taken out of the model first.
        case cut
    }

    private let process = Process()
    private let requests = Pipe()
    private let answers = Pipe()

    /// Starts PyTorch; nil, with the reason printed, where it cannot be had for this model.
    init?(python: String, model: Model, layer: String) {
        let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "pytorch_step.py")
        let weights =
            model.origin == "built in"
            ? script.deletingLastPathComponent()
                .appending(path: "../Sources/Engine/Resources/\(model.name).safetensors").path
            : model.origin
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [python, script.path, weights, layer]
        process.standardInput = requests
        process.standardOutput = answers
        do { try process.run() } catch {
            print("Without PyTorch: \(python) does not start.")
            return nil
        }
        guard let greeting = readAnswer(), greeting.hasPrefix("PyTorch") else {
            print("Without PyTorch for \(model.name).")
            return nil
        }
        print("\(model.name): \(greeting)")
    }

    deinit {
        try? requests.fileHandleForWriting.close()
        process.waitUntilExit()
    }

    /// Takes `count` steps of each kind.
    func run(_ count: Int) throws -> [Kind: [StepTimes.Whole]] {
        try requests.fileHandleForWriting.write(contentsOf: Data("\(count)\n".utf8))
        var steps: [Kind: [StepTimes.Whole]] = [:]
        for kind in Kind.allCases {
            // "whole elapsed processor elapsed processor …"
            let numbers = (readAnswer() ?? "").split(separator: " ").dropFirst().compactMap { Double($0) }
            steps[kind] = stride(from: 0, to: numbers.count - 1, by: 2).map {
                StepTimes.Whole(elapsed: numbers[$0], processor: numbers[$0 + 1])
            }
        }
        return steps
    }

    private func readAnswer() -> String? {
        var line = Data()
        while let byte = try? answers.fileHandleForReading.read(upToCount: 1), byte != Data("\n".utf8) {
            if byte.isEmpty { return nil }
            line += byte
        }
        return line.isEmpty ? nil : String(decoding: line, as: UTF8.self)
    }
}
