import Platform

/// The weights in a pickle of `torch.save`: which dictionary holds them, and their names.
struct TorchWeights {
    /// A tensor with its name.
    struct Named {
        /// The keys that lead to it from ``TorchWeights/wrappers`` on, joined by dots.
        let name: String
        let tensor: TorchTensor
    }

    /// The wrapping keys that were removed: `["model"]`.
    private(set) var wrappers: [String] = []
    /// Which of several dictionaries of weights was chosen; nil if there is only one.
    private(set) var choice: WeightsChoice?
    /// The tensors in the order of the file.
    private(set) var tensors: [Named] = []

    /// The settings of an autoencoder beside its weights, as JSON.
    var settings: [String: String] {
        pickle.entry("cfg", of: pickle.root).flatMap { pickle.json(of: $0) }.map { ["cfg": $0] } ?? [:]
    }

    private let pickle: Pickle
    private let path: String
    private var visited = 0

    /// The most dictionaries within one another; a container that contains itself is deeper than this too.
    private static let maximumDepth = 64
    private static let mostVisits = 500_000
    /// The most elements of a list that are searched for the weights.
    private static let mostInAList = 100

    /// Finds the weights in `pickle`.
    ///
    /// - Parameters:
    ///   - path: the path of the file, for the errors.
    ///   - part: the key of the wanted dictionary if there are several.
    /// - Throws: ``EngineError/notACheckpoint(path:reason:)``, ``EngineError/wholeModel(path:type:)``.
    init(_ pickle: Pickle, path: String, part: String? = nil) throws(EngineError) {
        self.pickle = pickle
        self.path = path
        var value = pickle.root
        while wrappers.count < WeightWrappers.maximumDepth, let (key, inner) = try wrapper(in: value, part: part) {
            wrappers.append(key)
            value = inner
        }
        try refuseWholeModel(value)
        if TorchTensor.isTensor(value, pickle) { throw noTensors("it holds one tensor without a name") }
        guard attributes(value) != nil else {
            let type = pickle.typeName(value) ?? pickle.globalName(value)
            throw noTensors(
                type.map { "it holds a `\($0)` where the weights should be, which was not run" }
                    ?? "it holds no dictionary of tensors")
        }
        try gather(value, prefix: "", depth: 0)
        guard !tensors.isEmpty else {
            for (_, inner) in attributes(value) ?? [] { try refuseWholeModel(inner) }
            throw noTensors("it holds no tensors" + contentsInWords(value))
        }
    }

    /// Returns the dictionary of the weights and its key, if `value` wraps it.
    private mutating func wrapper(
        in value: Pickle.Value, part: String?
    ) throws(EngineError) -> (String, Pickle.Value)? {
        guard let entries = pickle.entries(value) else {
            // A tuple of the weights and other values: `torch.save((weights, epoch), path)`.
            var found: [(String, Pickle.Value)] = []
            for (place, inner) in (pickle.elements(value) ?? []).prefix(Self.mostInAList).enumerated()
            where try holdsWeights(inner, depth: 0) {
                found.append(("\(place)", inner))
            }
            return found.count == 1 ? found[0] : nil
        }
        let direct = entries.count { TorchTensor.isTensor($0.value, pickle) }
        let isWeights = holdsDottedTensors(entries)
        var found: [(key: String, value: Pickle.Value)] = []
        var seen: Set<String> = []
        // Of a key that occurs twice, Python uses the last.
        for case (.text(let key), let inner) in entries.reversed() where seen.insert(key).inserted {
            guard attributes(inner) != nil else { continue }
            let isUsual = WeightWrappers.keys.contains(key)
            if isUsual {
                guard try countTensors(inner, depth: 0) > direct else { continue }
            } else {
                if isWeights { continue }
                guard try holdsWeights(inner, depth: 0) else { continue }
            }
            found.append((key, inner))
        }
        found.reverse()
        var sizes: [String: Int] = [:]
        if found.count > 1 {
            for (key, inner) in found { sizes[key] = try countNumbers(inner, depth: 0) }
        }
        let order = WeightWrappers.preferred(among: found.map(\.key)) { sizes[$0] ?? 0 }
        // A whole model under one of the usual keys is reported as such.
        for key in WeightWrappers.keys {
            if key == order.first { break }
            if let inner = entries.last(where: { $0.key == .text(key) })?.value, isModule(inner) { return (key, inner) }
        }
        guard let defaultKey = order.first else { return nil }
        let chosenKey = part.flatMap { order.contains($0) ? $0 : nil } ?? defaultKey
        if order.count > 1 { choice = WeightsChoice(key: chosenKey, defaultKey: defaultKey, all: order) }
        return found.first { $0.key == chosenKey }.map { ($0.key, $0.value) }
    }

    /// Returns whether a dictionary has tensors under names such as "norm.weight", as in a `state_dict()`.
    private func holdsDottedTensors(_ entries: [(key: Pickle.Value, value: Pickle.Value)]) -> Bool {
        entries.contains { entry in
            if case .text(let name) = entry.key {
                name.contains(".") && TorchTensor.isTensor(entry.value, pickle)
            } else {
                false
            }
        }
    }

    /// Returns whether a dictionary is a `state_dict()` or wraps one.
    ///
    /// An optimizer's, recognized by its groups of parameters, is excluded: its tensors are not weights.
    private mutating func holdsWeights(_ value: Pickle.Value, depth: Int) throws(EngineError) -> Bool {
        try visit(depth)
        guard depth < WeightWrappers.maximumDepth, let entries = pickle.entries(value),
            !entries.contains(where: { $0.key == .text("param_groups") })
        else { return false }
        if holdsDottedTensors(entries) { return true }
        for (_, inner) in entries {
            if try holdsWeights(inner, depth: depth + 1) { return true }
        }
        return false
    }

    /// Returns the named contents of a value: a dictionary's entries, or the attributes of a TorchScript module.
    private func attributes(_ value: Pickle.Value) -> [(key: Pickle.Value, value: Pickle.Value)]? {
        if let entries = pickle.entries(value) { return entries }
        guard isScript(value), let node = pickle.node(value) else { return nil }
        return pickle.entries(node.state) ?? []
    }

    /// Returns whether a value is a module that was compiled to TorchScript, whose attributes are all that is stored.
    private func isScript(_ value: Pickle.Value) -> Bool {
        pickle.typeName(value)?.hasPrefix("__torch__.") == true
    }

    /// Returns whether a value is a Python object of a class derived from `torch.nn.Module`.
    private func isModule(_ value: Pickle.Value) -> Bool {
        guard let node = pickle.node(value), node.kind == .object else { return false }
        return pickle.entry("_modules", of: node.state) != nil && pickle.entry("_parameters", of: node.state) != nil
    }

    private func refuseWholeModel(_ value: Pickle.Value) throws(EngineError) {
        guard isModule(value) else { return }
        var type = pickle.typeName(value)
        // In the older format the class is stored together with its source.
        if type == nil, let callable = pickle.node(value)?.callable, let node = pickle.node(callable),
            let id = pickle.elements(node.arguments), id.count > 1
        {
            type = pickle.globalName(id[1])
        }
        throw .wholeModel(path: path, type: type ?? "torch.nn.Module")
    }

    private mutating func countTensors(_ value: Pickle.Value, depth: Int) throws(EngineError) -> Int {
        var count = 0
        for (_, inner) in attributes(value) ?? [] {
            try visit(depth)
            count += TorchTensor.isTensor(inner, pickle) ? 1 : try countTensors(inner, depth: depth + 1)
        }
        return count
    }

    /// Returns the total number of elements of the tensors in a value.
    private mutating func countNumbers(_ value: Pickle.Value, depth: Int) throws(EngineError) -> Int {
        var count = 0
        for (_, inner) in attributes(value) ?? [] {
            try visit(depth)
            let more =
                TorchTensor.isTensor(inner, pickle)
                ? (try? TorchTensor(inner, pickle)).flatMap { ElementLayout.elementCount($0.shape) } ?? 0
                : try countNumbers(inner, depth: depth + 1)
            count = count.addingReportingOverflow(more).overflow ? .max : count + more
        }
        return count
    }

    private mutating func gather(_ value: Pickle.Value, prefix: String, depth: Int) throws(EngineError) {
        for (key, inner) in attributes(value) ?? [] {
            try visit(depth)
            let name: String
            switch key {
            case .text(let text): name = prefix + text
            case .integer(let number): name = prefix + "\(number)"
            default: continue
            }
            guard TorchTensor.isTensor(inner, pickle) else {
                try refuseWholeModel(inner)
                try gather(inner, prefix: name + ".", depth: depth + 1)
                continue
            }
            do throws(TorchTensor.ReadError) {
                tensors.append(Named(name: name, tensor: try TorchTensor(inner, pickle)))
            } catch {
                throw refuse("its tensor “\(name)” \(error.reason)")
            }
        }
    }

    private mutating func visit(_ depth: Int) throws(EngineError) {
        visited += 1
        guard depth <= Self.maximumDepth, visited <= Self.mostVisits else {
            throw refuse("its dictionaries are nested too deeply or have too many entries")
        }
    }

    private func contentsInWords(_ value: Pickle.Value) -> String {
        let keys = (attributes(value) ?? []).compactMap { entry -> String? in
            guard case .text(let key) = entry.key else { return nil }
            return pickle.typeName(entry.value).map { "“\(key)” (a `\($0)`)" } ?? "“\(key)”"
        }
        guard !keys.isEmpty else { return "" }
        return ": only \(keys.prefix(5).joined(separator: ", "))"
            + (keys.count > 5 ? " and \(keys.count - 5) more" : "")
    }

    private func refuse(_ reason: String) -> EngineError { .notACheckpoint(path: path, reason: reason) }

    private func noTensors(_ reason: String) -> EngineError { .noTensors(path: path, reason: reason) }
}
