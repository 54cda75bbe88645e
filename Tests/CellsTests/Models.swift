import Cells

/// Values as a host would bring them: a model with layers, whose neurons are objectives.
struct TestModel: CellObject {
    let name: String
    var kind: ValueKind { .model }
    var plainText: String { name }
    var members: [MemberDeclaration] {
        [
            .property("blocks", .list(.any), "the blocks"), .property("name", .string, "the name"),
            .method(logitSignature), .method(Signature("classify", result: .object(.table))),
        ]
    }

    func member(_ name: String) throws -> Value? {
        switch name {
        case "blocks": .array((0..<12).map { .object(TestLayer(address: "blocks.\($0)")) })
        case "name": .string(self.name)
        case "logit":
            .function(
                Command(logitSignature) { arguments, _ in
                    .object(TestObjective(text: "logit(\(try arguments.string("name")))"))
                })
        case "classify":
            .function(Command(Signature("classify", result: .object(.table))) { _, _ in .string("slow") })
        default: nil
        }
    }

    func subscripted(_ arguments: [Argument]) throws -> Value? {
        guard let address = arguments.first?.value.string else { return nil }
        guard subscriptKeys.contains(address) else { throw HostError("There is no layer “\(address)”.") }
        return .object(TestLayer(address: address))
    }

    var subscriptKeys: [String] { ["blocks.0", "blocks.1.mlp"] }

    private var logitSignature: Signature {
        Signature(
            "logit", [Parameter(label: nil, name: "name", .string, completions: "classes")],
            result: .object(.objective),
            summary: "A class.", isPure: true)
    }
}

struct TestLayer: CellObject {
    let address: String
    var kind: ValueKind { .layer }
    var plainText: String { address }
    var members: [MemberDeclaration] {
        [
            .property("mlp", .object(.layer), "the MLP"), .property("address", .string, "the address"),
            .method(neuron),
        ]
    }

    func member(_ name: String) throws -> Value? {
        switch name {
        case "mlp": .object(TestLayer(address: address + ".mlp"))
        case "address": .string(address)
        case "neuron":
            .function(
                Command(neuron) { arguments, _ in
                    let index = try arguments.integer("index")
                    guard (0..<128).contains(index) else {
                        throw arguments.complaint(about: "index", "There is no neuron \(index).")
                    }
                    return .object(TestObjective(text: "\(address).neuron(\(index))"))
                })
        default: nil
        }
    }

    private var neuron: Signature {
        Signature(
            "neuron", [Parameter(label: nil, name: "index", .integer)], result: .object(.objective),
            summary: "One neuron.",
            isPure: true)
    }
}

struct TestObjective: CellObject {
    let text: String
    var kind: ValueKind { .neuron }
    var kinds: [ValueKind] { [.neuron, .objective] }
    var plainText: String { text }
    var members: [MemberDeclaration] { [.property("together", .object(.objective), "")] }
    func member(_ name: String) throws -> Value? { name == "together" ? .object(self) : nil }

    func binary(_ operation: String, _ other: Value, isLeft: Bool) throws -> Value? {
        switch (operation, other) {
        case ("*", _):
            guard let factor = other.number else { return nil }
            return .object(TestObjective(text: "\(factor) × \(text)"))
        case ("+", .object(let object as TestObjective)), ("-", .object(let object as TestObjective)):
            return .object(TestObjective(text: isLeft ? "\(text) \(operation) \(object.text)" : text))
        default: return nil
        }
    }

    func unary(_ operation: String) throws -> Value? {
        operation == "-" ? .object(TestObjective(text: "-\(text)")) : nil
    }
}

/// A reference with a member that can be set.
final class TestDisplay: CellObject {
    let log: TestContext
    init(_ log: TestContext) { self.log = log }
    var kind: ValueKind { .display }
    var plainText: String { "display" }
    func member(_ name: String) throws -> Value? { name == "value" ? 0 : nil }
    func setMember(_ name: String, to value: Value) throws -> Bool {
        guard name == "value" else { return false }
        log.write("value = \(value.plainText)\n", toStandardError: false)
        return true
    }
}

struct HostError: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

/// What a host's cells can name.
let hostGlobals: [String: Value] = [
    "vit": .object(TestModel(name: "vit")),
    "load": .function(
        Command(load) { arguments, _ in .object(TestModel(name: try arguments.string("name"))) }),
    "render": .function(
        Command(render) { arguments, _ in
            let steps = try arguments.integer("steps")
            let rate = try arguments.number("rate")
            let by = try arguments.choice("by")
            return .string("\(try arguments.object("objective").plainText), \(steps), \(rate), \(by)")
        }),
    "fail": .function(Command(Signature("fail")) { _, _ in throw HostError("The disk is full.") }),
    "nothing": .function(Command(Signature("nothing")) { _, _ in .void }),
]

private let load = Signature(
    "load", [Parameter(label: nil, name: "name", .string, completions: "models")], result: .object(.model),
    summary: "Loads a model.")

private let render = Signature(
    "render",
    [
        Parameter(label: nil, name: "objective", .object(.objective), summary: "what to maximize"),
        Parameter("steps", .integer, default: "256", summary: "how many steps"),
        Parameter("rate", .number, default: "0.05"),
        Parameter("by", .symbol(["dot", "cosine"]), default: ".dot"),
        Parameter("progress", .optional(.function), default: "nil"),
    ], result: .object(.picture), summary: "Makes a picture.")

extension ValueKind {
    static let model = ValueKind("a model", swift: "Model")
    static let layer = ValueKind("a layer", swift: "Layer")
    static let neuron = ValueKind("a neuron", swift: "Neuron")
    static let objective = ValueKind("an objective", plural: "objectives", swift: "Objective")
    static let picture = ValueKind("a picture", swift: "Picture")
    static let table = ValueKind("a table", swift: "Table")
    static let display = ValueKind("a display", swift: "Display")
    static let reader = ValueKind("a reader", swift: "Reader")
}
