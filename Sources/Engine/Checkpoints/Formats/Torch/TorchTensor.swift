/// A tensor as a PyTorch pickle describes it: a view of a storage.
struct TorchTensor {
    /// The storage of the elements; several tensors may share one.
    struct Storage {
        /// The key: the name of the part of the archive, or a number in the older format.
        let key: String
        /// The type of its elements; nil for bytes whose type the tensor states.
        let type: ElementType?
        /// The number of its elements, or of bytes if it has no type.
        let count: Int
    }

    let storage: Storage
    let type: ElementType
    /// The index of the first element in the storage.
    let offset: Int
    let shape: [Int]
    let strides: [Int]

    /// Returns whether a value represents a tensor of any kind.
    static func isTensor(_ value: Pickle.Value, _ pickle: Pickle) -> Bool {
        guard let node = pickle.node(value), node.kind == .object,
            let maker = pickle.globalName(node.callable)
        else { return false }
        return maker.hasPrefix("torch._utils._rebuild_") || maker.hasPrefix("torch._tensor._rebuild_")
    }

    /// Reads the tensor that `value` represents.
    ///
    /// - Throws: why it cannot be read, in words that follow "its tensor “x”".
    init(_ value: Pickle.Value, _ pickle: Pickle) throws(ReadError) {
        var value = value
        // Parameters and subclasses wrap a tensor, which may itself be wrapped.
        for _ in 0..<4 {
            guard let node = pickle.node(value), let maker = pickle.globalName(node.callable),
                let arguments = pickle.elements(node.arguments)
            else { throw ReadError(reason: "is described in an unknown way") }
            switch maker {
            case "torch._utils._rebuild_parameter", "torch._utils._rebuild_parameter_with_state":
                guard let inner = arguments.first else { throw ReadError(reason: "is a parameter without a tensor") }
                value = inner
            case "torch._tensor._rebuild_from_type_v2", "torch._tensor._rebuild_from_type":
                // function, type, arguments, state: the function with its arguments makes the plain tensor.
                guard arguments.count >= 3, let function = pickle.globalName(arguments[0]),
                    let inner = pickle.elements(arguments[2])
                else { throw ReadError(reason: "is of a type that is not described") }
                try self.init(function, inner, pickle)
                return
            default:
                try self.init(maker, arguments, pickle)
                return
            }
        }
        throw ReadError(reason: "is wrapped too many times")
    }

    /// Why a tensor cannot be read.
    struct ReadError: Error {
        let reason: String
    }

    private init(_ maker: String, _ arguments: [Pickle.Value], _ pickle: Pickle) throws(ReadError) {
        guard
            maker == "torch._utils._rebuild_tensor_v2" || maker == "torch._utils._rebuild_tensor"
                || maker == "torch._utils._rebuild_tensor_v3"
        else {
            let kind = Self.otherKinds.first { maker.contains($0.key) }?.value ?? "not a plain tensor"
            throw ReadError(reason: "is \(kind) (`\(maker)`); only plain tensors can be read")
        }
        guard arguments.count >= 4, case .integer(let offset) = arguments[1],
            let shape = Self.integers(arguments[2], pickle), let strides = Self.integers(arguments[3], pickle)
        else { throw ReadError(reason: "is described in an unknown way") }
        storage = try Self.storage(arguments[0], pickle)
        // Flags of a view that negates or conjugates its numbers: `torch._utils.get_tensor_metadata`.
        if let metadata = arguments.last, let marks = pickle.entries(metadata),
            let mark = marks.first(where: { $0.value == .bool(true) }), case .text(let name) = mark.key
        {
            let plain = "`tensor.resolve_neg().resolve_conj()` makes a plain one"
            throw ReadError(reason: "is a view that changes its numbers (`\(name)`); \(plain)")
        }
        if maker == "torch._utils._rebuild_tensor_v3" {
            guard arguments.count >= 7, let name = pickle.globalName(arguments[6]) else {
                throw ReadError(reason: "is of a type that is not described")
            }
            guard let type = ElementType(torch: name) else { throw ReadError(reason: "has the unknown type \(name)") }
            self.type = type
        } else {
            type = storage.type ?? .uint8
        }
        (self.offset, self.shape, self.strides) = (offset, shape, strides)
    }

    private static let otherKinds = [
        "sparse": "sparse", "qtensor": "quantized", "meta_tensor": "without numbers", "nested": "a nested tensor",
        "wrapper_subclass": "of a class of its own", "device_tensor": "of another device",
    ]

    private static func integers(_ value: Pickle.Value, _ pickle: Pickle) -> [Int]? {
        var value = value
        // `torch.Size((2, 3))`
        if let node = pickle.node(value), node.kind == .object, pickle.globalName(node.callable) == "torch.Size",
            let inner = pickle.elements(node.arguments)?.first
        {
            value = inner
        }
        guard let elements = pickle.elements(value), elements.count <= 64 else { return nil }
        var result: [Int] = []
        for element in elements {
            guard case .integer(let number) = element else { return nil }
            result.append(number)
        }
        return result
    }

    private static func storage(_ value: Pickle.Value, _ pickle: Pickle) throws(ReadError) -> Storage {
        guard let node = pickle.node(value), node.kind == .persistent else { throw ReadError(reason: "has no storage") }
        guard let storage = storage(node, pickle) else {
            throw ReadError(reason: "has a storage that is described in an unknown way")
        }
        return storage
    }

    /// Reads ("storage", its class, its key, its device, its number of elements); nil if it is something else.
    static func storage(_ node: Pickle.Node, _ pickle: Pickle) -> Storage? {
        guard let id = pickle.elements(node.arguments), id.count >= 5, id[0] == .text("storage"),
            let type = pickle.globalName(id[1]), case .integer(let count) = id[4], count >= 0,
            // Last is a view of another storage, which PyTorch 0.1 had.
            id.count == 5 || id[5] == .none
        else { return nil }
        let key: String
        switch id[2] {
        case .text(let text): key = text
        case .integer(let number): key = "\(number)"
        default: return nil
        }
        if type.hasSuffix(".UntypedStorage") { return Storage(key: key, type: nil, count: count) }
        return ElementType(torchStorage: type).map { Storage(key: key, type: $0, count: count) }
    }
}

extension ElementType {
    /// Creates the type that PyTorch calls "torch.float32".
    init?(torch name: String) {
        guard name.hasPrefix("torch.") else { return nil }
        self.init(rawValue: String(name.dropFirst(6)))
    }

    /// Creates the type of a storage's elements from the storage's class: "torch.FloatStorage".
    init?(torchStorage name: String) {
        let types: [String: ElementType] = [
            "Double": .float64, "Float": .float32, "Half": .float16, "BFloat16": .bfloat16, "Long": .int64,
            "Int": .int32, "Short": .int16, "Char": .int8, "Byte": .uint8, "Bool": .bool,
            "ComplexFloat": .complex64, "ComplexDouble": .complex128,
        ]
        guard let last = name.split(separator: ".").last, last.hasSuffix("Storage"),
            let type = types[String(last.dropLast("Storage".count))]
        else { return nil }
        self = type
    }
}
