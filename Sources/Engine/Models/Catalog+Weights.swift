// Finds the model's tensors in files whose names no family knows as they are.

import Checkpoints
import Compute
import Platform

extension Catalog {
    /// Returns the weights of one model in a checkpoint, under the names that a family knows.
    ///
    /// If no family recognizes the names as they are, the prefix below which a family finds its tensors is dropped. Of
    /// two models with the same names (an encoder and its average) one is chosen, and the checkpoint's notes say which.
    ///
    /// - Parameter part: which of several models to load: a component of the prefix, such as "momentum_encoder"; nil
    ///   for the default.
    /// - Throws: ``EngineError/unknownWeights(weights:model:available:)`` when no name contains `part`;
    ///   ``EngineError/partOfWeights(path:part:family:others:count:)`` when there are other tensors beside the model
    ///   whose purpose is unknown.
    static func weights(in checkpoint: any Checkpoint, part: String? = nil) throws(EngineError) -> any Checkpoint {
        let base = (checkpoint as? UnwrappedCheckpoint)?.base ?? checkpoint
        if let name = base.names.first(where: WeightWrappers.isAdapter) {
            throw .adapters(path: checkpoint.path, name: name)
        }
        // GPTQ and AWQ store packed integers under another name in place of the weight.
        if let name = base.names.first(where: { $0.hasSuffix(".qweight") }) {
            throw .notFloatingPoint(path: checkpoint.path, name: name, type: "packed integers")
        }
        guard let part, (base as? TorchCheckpoint)?.choice?.key != part else {
            return withoutProjector(try model(in: checkpoint))
        }
        guard let prefix = prefix(endingWith: part, among: base.names) else {
            throw .unknownWeights(weights: part, model: checkpoint.path, available: available(in: checkpoint))
        }
        let chosen = withoutProjector(try model(in: UnwrappedCheckpoint.unwrapping(names(of: base, below: prefix))))
        let standard = (try? model(in: checkpoint)).map(withoutProjector)
        let isStandard = standard.map { Set(stored($0)) == Set(stored(chosen)) } ?? false
        let choice = WeightsChoice(key: part, defaultKey: isStandard ? part : "", all: [part])
        return UnwrappedCheckpoint(chosen, chosen.names.map { ($0, $0) }, choice: choice)
    }

    /// Returns the model without the prefix of its names.
    private static func model(in checkpoint: any Checkpoint) throws(EngineError) -> any Checkpoint {
        guard family(among: checkpoint) == nil else { return checkpoint }
        let prefixes = prefixes(in: checkpoint)
        guard let first = prefixes.first else { return withoutPrefixOfSome(checkpoint) ?? checkpoint }
        let relative = prefixes.map { prefix in
            Set(
                checkpoint.names.filter { $0.hasPrefix(prefix) && !isCounter($0, checkpoint) }.map {
                    $0.dropFirst(prefix.count)
                })
        }
        guard prefixes.count > 1 else { return try model(in: checkpoint, below: first) }
        guard relative.allSatisfy({ $0 == relative[0] }) else {
            let name = String(first.dropLast())
            throw .partOfWeights(
                path: checkpoint.path, part: name, family: familyName(checkpoint, below: first),
                others: prefixes.dropFirst().map { String($0.dropLast()) }, count: prefixes.count - 1)
        }
        return preferredEncoder(in: checkpoint, prefixes)
    }

    /// Returns a model of which only some names have a prefix: transformers writes a ViTMSN's embeddings below "vit."
    /// and its blocks beside it. Returns nil if no family knows the names without the prefix, or two of them would be
    /// the same.
    private static func withoutPrefixOfSome(_ checkpoint: any Checkpoint) -> (any Checkpoint)? {
        let prefixes = Set(checkpoint.names.compactMap { name in name.firstIndex(of: ".").map { String(name[...$0]) } })
        for prefix in prefixes.sorted() {
            let names = checkpoint.names.map { ($0.hasPrefix(prefix) ? String($0.dropFirst(prefix.count)) : $0, $0) }
            guard Set(names.map(\.0)).count == names.count else { continue }
            let inner = UnwrappedCheckpoint(checkpoint, names)
            if family(among: inner) != nil { return inner }
        }
        return nil
    }

    /// Returns the model below the only prefix that has one.
    private static func model(
        in checkpoint: any Checkpoint, below prefix: String
    ) throws(EngineError) -> any Checkpoint {
        let outside = checkpoint.names.filter { !$0.hasPrefix(prefix) && !isCounter($0, checkpoint) }
        let classifiers = outside.filter { WeightWrappers.classifiers.contains($0) }
        let others = outside.filter { !WeightWrappers.classifiers.contains($0) }
        let task = others.filter { isForTask($0, checkpoint) && !isOnlyForTraining($0) }
        let unknown = others.filter { name in !isOnlyForTraining(name) && !task.contains(name) }
        guard unknown.isEmpty else {
            throw .partOfWeights(
                path: checkpoint.path, part: String(prefix.dropLast()), family: familyName(checkpoint, below: prefix),
                others: Array(unknown.prefix(5)), count: unknown.count)
        }
        let inner = checkpoint.names.filter { $0.hasPrefix(prefix) }.map { (String($0.dropFirst(prefix.count)), $0) }
        let taken = Set(inner.map(\.0))
        let kept = inner + classifiers.filter { !taken.contains($0) }.map { ($0, $0) }
        let notes = leftOutNote(others.filter { !task.contains($0) }) + leftOutNote(task, of: .task)
        return UnwrappedCheckpoint(checkpoint, kept, notes: notes)
    }

    /// Returns one of an encoder and its average, which the training of two encoders leaves.
    private static func preferredEncoder(in checkpoint: any Checkpoint, _ prefixes: [String]) -> any Checkpoint {
        let names = prefixes.map { String($0.dropLast()) }
        let order = WeightWrappers.preferred(among: names) { _ in 0 }
        let taken = order[0] + "."
        let outside = checkpoint.names.filter { name in
            !prefixes.contains { name.hasPrefix($0) } && !isCounter(name, checkpoint)
        }
        return UnwrappedCheckpoint(
            checkpoint,
            checkpoint.names.filter { $0.hasPrefix(taken) }.map { (String($0.dropFirst(taken.count)), $0) },
            choice: WeightsChoice(key: order[0], defaultKey: order[0], all: order), notes: leftOutNote(outside))
    }

    /// Returns the model without a head of several layers: a projector that the training compares (MoCo, SimCLR, BYOL),
    /// not a classifier.
    private static func withoutProjector(_ checkpoint: any Checkpoint) -> any Checkpoint {
        let head = checkpoint.names.filter { $0.wholeMatch(of: /head\.\d+\..*/) != nil }
        let layers = head.count { $0.hasSuffix(".weight") && checkpoint.shape($0)?.rank == 2 }
        guard layers > 1 else { return checkpoint }
        let dropped = Set(head)
        return UnwrappedCheckpoint(
            checkpoint, checkpoint.names.filter { !dropped.contains($0) }.map { ($0, $0) },
            notes: leftOutNote(head.filter { !isCounter($0, checkpoint) }))
    }

    /// What tensors beside a model are for.
    enum Purpose: String {
        case training = "the training, not to the model"
        case task = "what is built on the model for its task"
    }

    /// Returns a note about the tensors that are not part of the model: "“decoder” (12 tensors)".
    static func leftOutNote(_ names: [String], of purpose: Purpose = .training) -> [String] {
        guard !names.isEmpty else { return [] }
        var counts: [(start: String, count: Int)] = []
        for name in names {
            let start = String(name.prefix { $0 != "." })
            if let index = counts.firstIndex(where: { $0.start == start }) {
                counts[index].count += 1
            } else {
                counts.append((start, 1))
            }
        }
        let words = counts.map { $0.count == 1 ? "“\($0.start)”" : "“\($0.start)” (\($0.count) tensors)" }
        return ["Left out because they belong to \(purpose.rawValue): \(words.joined(separator: ", "))."]
    }

    /// Returns the shortest prefixes, each with its final dot, below which a family finds its tensors.
    private static func prefixes(in checkpoint: any Checkpoint) -> [String] {
        var found: [String] = []
        var seen: Set<Substring> = []
        for name in checkpoint.names where !name.contains("/") {
            var end = name.startIndex
            for _ in 0..<deepest {
                guard let dot = name[end...].firstIndex(of: ".") else { break }
                end = name.index(after: dot)
                let start = name[..<end]
                guard !found.contains(where: { start.hasPrefix($0) }), seen.insert(start).inserted else { continue }
                if family(in: checkpoint, below: start) != nil { found.append(String(start)) }
            }
        }
        return found.filter { prefix in !found.contains { $0 != prefix && prefix.hasPrefix($0) } }
    }

    /// The largest number of components in a prefix.
    private static let deepest = 8

    private static func family(among checkpoint: any Checkpoint) -> (any ModelFamily.Type)? {
        families.first { $0.recognizes(checkpoint) }
    }

    /// Returns the family of the tensors below a prefix. JAX's names have slashes and no such prefixes.
    private static func family(in checkpoint: any Checkpoint, below prefix: Substring) -> (any ModelFamily.Type)? {
        let below = PrefixedCheckpoint(base: checkpoint, prefix: String(prefix))
        return families.first { $0 != JAXTransformer.self && $0 != JAXMixer.self && $0.recognizes(below) }
    }

    private static func familyName(_ checkpoint: any Checkpoint, below prefix: String) -> String {
        family(in: checkpoint, below: prefix[...])?.name ?? ""
    }

    /// Returns the shortest prefix whose last components are `part`, with its final dot.
    private static func prefix(endingWith part: String, among names: [String]) -> String? {
        guard !part.isEmpty else { return nil }
        return names.compactMap { name -> String? in
            if name.hasPrefix(part + ".") { return part + "." }
            return name.firstRange(of: ".\(part).").map { String(name[..<$0.upperBound]) }
        }.min { $0.count < $1.count }
    }

    private static func names(of base: any Checkpoint, below prefix: String) -> UnwrappedCheckpoint {
        UnwrappedCheckpoint(
            base, base.names.filter { $0.hasPrefix(prefix) }.map { (String($0.dropFirst(prefix.count)), $0) })
    }

    private static func stored(_ checkpoint: any Checkpoint) -> [String] {
        checkpoint.names.map { checkpoint.originalName(of: $0) }
    }

    /// Returns the parts of the file that can be asked for.
    private static func available(in checkpoint: any Checkpoint) -> [String] {
        let base = (checkpoint as? UnwrappedCheckpoint)?.base ?? checkpoint
        if let choice = (base as? TorchCheckpoint)?.choice { return choice.all }
        return prefixes(in: base).map { String($0.dropLast()) }
    }

    /// Returns whether a tensor is a counter, such as the number of steps, and not a weight.
    private static func isCounter(_ name: String, _ checkpoint: any Checkpoint) -> Bool {
        checkpoint.holdsIntegers(name) || (checkpoint.shape(name)?.count ?? 0) <= 1
    }

    /// Returns whether a tensor belongs to the part of a larger model that computes depth, poses or segments from the
    /// backbone's features.
    private static func isForTask(_ name: String, _ checkpoint: any Checkpoint) -> Bool {
        if WeightWrappers.taskHeads.contains(where: name.hasPrefix) { return true }
        // A classifier has no convolution.
        return name.hasPrefix("head.")
            && checkpoint.names.contains { $0.hasPrefix("head.") && checkpoint.shape($0)?.rank == 4 }
    }

    /// Returns whether a tensor belongs to a head or decoder for training, or to the loss.
    private static func isOnlyForTraining(_ name: String) -> Bool {
        (WeightWrappers.trainingHeads + WeightWrappers.auxiliaryPrefixes + WeightWrappers.decoders).contains {
            name.hasPrefix($0)
        }
    }
}

/// The tensors of a checkpoint whose names have a prefix, without that prefix.
private struct PrefixedCheckpoint: Checkpoint {
    let base: any Checkpoint
    let prefix: String

    var path: String { base.path }
    var metadata: [String: String] { base.metadata }
    var names: [String] {
        base.names.filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }
    }
    var sha256: String { base.sha256 }
    var tensorBytes: Int { base.tensorBytes }
    var sources: [SourceFile] { base.sources }
    var ownBytes: Int { base.ownBytes }
    var notes: [String] { base.notes }

    func check() throws(EngineError) { try base.check() }

    func shape(_ name: String) -> Shape? { base.shape(prefix + name) }

    func holdsIntegers(_ name: String) -> Bool { base.holdsIntegers(prefix + name) }

    func parameter(_ name: String) throws(EngineError) -> Parameter { try base.parameter(prefix + name) }
}
