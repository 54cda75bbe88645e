/// The weights in what `torch.save` pickled: which dictionary holds them, and their names.
struct TorchWeights {
    /// A tensor with the name that it has where it lies.
    struct Named {
        /// The keys that lead to it from ``TorchWeights/wrappers`` on, joined by points.
        let name: String
        let tensor: TorchTensor
    }

    /// The keys that were looked through: `["model"]`.
    private(set) var wrappers: [String] = []
    /// The tensors in the order of the file.
    private(set) var tensors: [Named] = []

    private let pickle: Pickle
    private let path: String
    private var visited = 0

    /// Dictionaries within dictionaries; a container that contains itself is deeper than this too.
    private static let deepest = 64
    private static let mostVisits = 500_000

    /// Finds the weights in `pickle`.
    ///
    /// - Parameter path: of the file, for the errors.
    /// - Throws: ``EngineError/notACheckpoint(path:reason:)``, ``EngineError/wholeModel(path:type:)``.
    init(_ pickle: Pickle, path: String) throws(EngineError) {
        self.pickle = pickle
        self.path = path
        var value = pickle.root
        while wrappers.count < WeightWrappers.most, let (key, inner) = try wrapper(in: value) {
            wrappers.append(key)
            value = inner
        }
        try refuseWholeModel(value)
        if TorchTensor.isTensor(value, pickle) { throw refuse("it holds one tensor without a name") }
        guard attributes(value) != nil else {
            let type = pickle.typeName(value) ?? pickle.globalName(value)
            throw refuse(
                type.map { "it holds a `\($0)` where the weights should be, which was not run" }
                    ?? "it holds no dictionary of tensors")
        }
        try gather(value, prefix: "", depth: 0)
        guard !tensors.isEmpty else {
            for (_, inner) in attributes(value) ?? [] { try refuseWholeModel(inner) }
            throw refuse("it holds no tensors" + contentsInWords(value))
        }
    }

    /// The dictionary that the weights are in, when `value` only wraps it.
    private mutating func wrapper(in value: Pickle.Value) throws(EngineError) -> (String, Pickle.Value)? {
        guard let entries = pickle.entries(value) else { return nil }
        let direct = entries.count { TorchTensor.isTensor($0.value, pickle) }
        for key in WeightWrappers.keys {
            guard let inner = entries.last(where: { $0.key == .text(key) })?.value else { continue }
            if isModule(inner) { return (key, inner) }
            if attributes(inner) != nil, try countTensors(inner, depth: 0) > direct { return (key, inner) }
        }
        return nil
    }

    /// What a value holds by name: a dictionary's entries, or the attributes of a TorchScript module.
    private func attributes(_ value: Pickle.Value) -> [(key: Pickle.Value, value: Pickle.Value)]? {
        if let entries = pickle.entries(value) { return entries }
        guard isScript(value), let node = pickle.node(value) else { return nil }
        return pickle.entries(node.state) ?? []
    }

    /// A module that was compiled to TorchScript: its attributes are all there is to it.
    private func isScript(_ value: Pickle.Value) -> Bool {
        pickle.typeName(value)?.hasPrefix("__torch__.") == true
    }

    /// A Python object of a class derived from `torch.nn.Module`.
    private func isModule(_ value: Pickle.Value) -> Bool {
        guard let node = pickle.node(value), node.kind == .object else { return false }
        return pickle.entry("_modules", of: node.state) != nil && pickle.entry("_parameters", of: node.state) != nil
    }

    private func refuseWholeModel(_ value: Pickle.Value) throws(EngineError) {
        guard isModule(value) else { return }
        var type = pickle.typeName(value)
        // The older format puts the class there together with its source.
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
            do throws(TorchTensor.Refusal) {
                tensors.append(Named(name: name, tensor: try TorchTensor(inner, pickle)))
            } catch {
                throw refuse("its tensor “\(name)” \(error.reason)")
            }
        }
    }

    private mutating func visit(_ depth: Int) throws(EngineError) {
        visited += 1
        guard depth <= Self.deepest, visited <= Self.mostVisits else {
            throw refuse("its dictionaries lie within one another without end")
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
}
