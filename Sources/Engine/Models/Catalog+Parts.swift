// Which of a file's tensors are the model, where their names do not begin as any family's do.

import Checkpoints
import Compute
import Platform

extension Catalog {
    /// The weights of one model in a checkpoint, under the names that a family knows them by.
    ///
    /// Where no family recognizes the names as they are, what stands before them is dropped, whatever it is: the one
    /// beginning under which a family finds its tensors. Of two models of the same names (an encoder and its average)
    /// one is taken, and the checkpoint's notes say which.
    ///
    /// - Parameter part: which of several is wanted: a component of the names before the model's own, such as
    ///   "momentum_encoder"; the usual one when nil.
    /// - Throws: ``EngineError/unknownWeights(weights:model:available:)`` when no name has `part`;
    ///   ``EngineError/partOfWeights(path:part:family:others:count:)`` when other tensors stand beside the model and nothing
    ///   says what they are for.
    static func weights(in checkpoint: any Checkpoint, part: String? = nil) throws(EngineError) -> any Checkpoint {
        let base = (checkpoint as? UnwrappedCheckpoint)?.base ?? checkpoint
        if let name = base.names.first(where: WeightWrappers.isAdapter) {
            throw .adapters(path: checkpoint.path, name: name)
        }
        // GPTQ and AWQ put packed integers under a name of their own in the weight's place.
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
        let usual = (try? model(in: checkpoint)).map(withoutProjector)
        let isUsual = usual.map { Set(stored($0)) == Set(stored(chosen)) } ?? false
        let choice = WeightsChoice(key: part, defaultKey: isUsual ? part : "", all: [part])
        return UnwrappedCheckpoint(chosen, chosen.names.map { ($0, $0) }, choice: choice)
    }

    /// The model, whatever stands before its names.
    private static func model(in checkpoint: any Checkpoint) throws(EngineError) -> any Checkpoint {
        guard family(among: checkpoint) == nil else { return checkpoint }
        let places = places(in: checkpoint)
        guard let first = places.first else { return withoutPrefixOfSome(checkpoint) ?? checkpoint }
        let relative = places.map { place in
            Set(
                checkpoint.names.filter { $0.hasPrefix(place) && !isCounter($0, checkpoint) }.map {
                    $0.dropFirst(place.count)
                })
        }
        guard places.count > 1 else { return try model(in: checkpoint, below: first) }
        guard relative.allSatisfy({ $0 == relative[0] }) else {
            let name = String(first.dropLast())
            throw .partOfWeights(
                path: checkpoint.path, part: name, family: familyName(checkpoint, below: first),
                others: places.dropFirst().map { String($0.dropLast()) }, count: places.count - 1)
        }
        return pretrained(in: checkpoint, places)
    }

    /// The model of which only some names begin with a prefix: transformers writes a ViTMSN's embeddings below "vit." and its
    /// blocks beside it. Nil where no family knows the names without it, or two would become one.
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

    /// The model below the only beginning under which there is one.
    private static func model(
        in checkpoint: any Checkpoint, below place: String
    ) throws(EngineError) -> any Checkpoint {
        let outside = checkpoint.names.filter { !$0.hasPrefix(place) && !isCounter($0, checkpoint) }
        let classifiers = outside.filter { WeightWrappers.classifiers.contains($0) }
        let others = outside.filter { !WeightWrappers.classifiers.contains($0) }
        let unknown = others.filter { name in !isOfTraining(name) }
        guard unknown.isEmpty else {
            throw .partOfWeights(
                path: checkpoint.path, part: String(place.dropLast()), family: familyName(checkpoint, below: place),
                others: Array(unknown.prefix(5)), count: unknown.count)
        }
        let inner = checkpoint.names.filter { $0.hasPrefix(place) }.map { (String($0.dropFirst(place.count)), $0) }
        let taken = Set(inner.map(\.0))
        let kept = inner + classifiers.filter { !taken.contains($0) }.map { ($0, $0) }
        return UnwrappedCheckpoint(checkpoint, kept, notes: leftOut(others))
    }

    /// Of an encoder and its average, one: what a training of two encoders leaves.
    private static func pretrained(in checkpoint: any Checkpoint, _ places: [String]) -> any Checkpoint {
        let names = places.map { String($0.dropLast()) }
        let order = WeightWrappers.preferred(among: names) { _ in 0 }
        let taken = order[0] + "."
        let outside = checkpoint.names.filter { name in
            !places.contains { name.hasPrefix($0) } && !isCounter(name, checkpoint)
        }
        return UnwrappedCheckpoint(
            checkpoint,
            checkpoint.names.filter { $0.hasPrefix(taken) }.map { (String($0.dropFirst(taken.count)), $0) },
            choice: WeightsChoice(key: order[0], defaultKey: order[0], all: order), notes: leftOut(outside))
    }

    /// The model without a head of several layers, which is what a training compares (MoCo, SimCLR, BYOL) and nobody's
    /// classifier.
    private static func withoutProjector(_ checkpoint: any Checkpoint) -> any Checkpoint {
        let head = checkpoint.names.filter { $0.wholeMatch(of: /head\.\d+\..*/) != nil }
        let layers = head.count { $0.hasSuffix(".weight") && checkpoint.shape($0)?.rank == 2 }
        guard layers > 1 else { return checkpoint }
        let dropped = Set(head)
        return UnwrappedCheckpoint(
            checkpoint, checkpoint.names.filter { !dropped.contains($0) }.map { ($0, $0) },
            notes: leftOut(head.filter { !isCounter($0, checkpoint) }))
    }

    /// Says what of the file is no part of the model: "decoder.… (12 tensors)".
    static func leftOut(_ names: [String]) -> [String] {
        guard !names.isEmpty else { return [] }
        var counts: [(start: String, count: Int)] = []
        for name in names {
            let start = String(name.prefix { $0 != "." })
            if let place = counts.firstIndex(where: { $0.start == start }) {
                counts[place].count += 1
            } else {
                counts.append((start, 1))
            }
        }
        let words = counts.map { $0.count == 1 ? "“\($0.start)”" : "“\($0.start)” (\($0.count) tensors)" }
        return ["Left out because they belong to the training, not to the model: \(words.joined(separator: ", "))."]
    }

    /// The beginnings of names, each with its point, under which a family finds its tensors; the shortest ones.
    private static func places(in checkpoint: any Checkpoint) -> [String] {
        var found: [String] = []
        var seen: Set<Substring> = []
        for name in checkpoint.names where !name.contains("/") {
            var place = name.startIndex
            for _ in 0..<deepest {
                guard let point = name[place...].firstIndex(of: ".") else { break }
                place = name.index(after: point)
                let start = name[..<place]
                guard !found.contains(where: { start.hasPrefix($0) }), seen.insert(start).inserted else { continue }
                if family(in: checkpoint, below: start) != nil { found.append(String(start)) }
            }
        }
        return found.filter { place in !found.contains { $0 != place && place.hasPrefix($0) } }
    }

    /// How many components may stand before a model's names.
    private static let deepest = 8

    private static func family(among checkpoint: any Checkpoint) -> (any ModelFamily.Type)? {
        families.first { $0.recognizes(checkpoint) }
    }

    /// The family of what lies below a beginning. JAX's names have slashes and no such beginnings.
    private static func family(in checkpoint: any Checkpoint, below place: Substring) -> (any ModelFamily.Type)? {
        let below = Below(base: checkpoint, prefix: String(place))
        return families.first { $0 != JAXTransformer.self && $0 != JAXMixer.self && $0.recognizes(below) }
    }

    private static func familyName(_ checkpoint: any Checkpoint, below place: String) -> String {
        family(in: checkpoint, below: place[...])?.name ?? ""
    }

    /// The shortest beginning of a name whose last components are `part`, with its point.
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

    /// What may be asked for as a part of the file.
    private static func available(in checkpoint: any Checkpoint) -> [String] {
        let base = (checkpoint as? UnwrappedCheckpoint)?.base ?? checkpoint
        if let choice = (base as? TorchCheckpoint)?.choice { return choice.all }
        return places(in: base).map { String($0.dropLast()) }
    }

    /// A count of steps or the like, which no model is made of.
    private static func isCounter(_ name: String, _ checkpoint: any Checkpoint) -> Bool {
        checkpoint.holdsIntegers(name) || (checkpoint.shape(name)?.count ?? 0) <= 1
    }

    /// A head or a decoder that a model is trained with, or weights of the loss.
    private static func isOfTraining(_ name: String) -> Bool {
        (WeightWrappers.trainingHeads + WeightWrappers.auxiliaryPrefixes + WeightWrappers.decoders).contains {
            name.hasPrefix($0)
        }
    }
}

/// What of a checkpoint has names that begin in one way, without that beginning.
private struct Below: Checkpoint {
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
