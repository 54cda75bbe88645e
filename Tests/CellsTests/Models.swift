import Cells

/// Values as a host would bring them: a model with layers, whose neurons are objectives.
struct TestModel: TabledObject {
    let name: String
    var kind: ValueKind { .model }
    var plainText: String { name }

    private static let className = Argument<String>("name", label: nil, completes: TestSource.classes)

    static let memberTable: MemberTable<TestModel> = [
        .property("blocks", .list(.any), "the blocks") { _ in
            .array((0..<12).map { .object(TestLayer(address: "blocks.\($0)")) })
        },
        .property("name", .string, "the name") { .string($0.name) },
        .method(
            Signature("logit", [className], result: .object(.objective), summary: "A class.", isPure: true)
        ) { .object(TestObjective(text: "logit(\($1[className]))")) },
        .method(Signature("classify", result: .object(.table))) { _, _ in .string("slow") },
    ]

    func subscripted(_ arguments: [WrittenArgument]) throws -> Value? {
        guard let address = arguments.first?.value.string else { return nil }
        guard subscriptKeys.contains(address) else { throw HostError("There is no layer “\(address)”.") }
        return .object(TestLayer(address: address))
    }

    var subscriptKeys: [String] { ["blocks.0", "blocks.1.mlp"] }
}

/// What this host completes.
enum TestSource: CompletionSource {
    case models
    case classes

    func items(_ request: CompletionRequest) -> [CompletionItem] {
        switch self {
        case .models: ["vit", "vit_b_16", "ffmixer"].map { CompletionItem($0, .value) }
        case .classes:
            ["golf ball", "church"].map {
                CompletionItem($0, .value, detail: request.receiver?.plainText ?? "")
            }
        }
    }
}

struct TestLayer: TabledObject {
    let address: String
    var kind: ValueKind { .layer }
    var plainText: String { address }

    private static let index = Argument<Int>("index", label: nil)

    static let memberTable: MemberTable<TestLayer> = [
        .property("mlp", .object(.layer), "the MLP") { .object(TestLayer(address: $0.address + ".mlp")) },
        .property("address", .string, "the address") { .string($0.address) },
        .method(
            Signature("neuron", [index], result: .object(.objective), summary: "One neuron.", isPure: true)
        ) { layer, arguments in
            let number = arguments[index]
            guard (0..<128).contains(number) else {
                throw arguments.complaint(about: index, "There is no neuron \(number).")
            }
            return .object(TestObjective(text: "\(layer.address).neuron(\(number))"))
        },
    ]
}

struct TestObjective: TabledObject {
    let text: String
    var kind: ValueKind { .neuron }
    var kinds: [ValueKind] { [.neuron, .objective] }
    var plainText: String { text }

    static let memberTable: MemberTable<TestObjective> = [
        .property("together", .object(.objective), "") { .object($0) }
    ]

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
final class TestDisplay: TabledObject {
    let log: TestContext
    init(_ log: TestContext) { self.log = log }
    var kind: ValueKind { .display }
    var plainText: String { "display" }

    static let memberTable: MemberTable<TestDisplay> = [
        .property("value", .integer, "what is shown") { _ in
            0
        } set: { display, value in
            display.log.write("value = \(value.plainText)\n", toStandardError: false)
        }
    ]
}

struct HostError: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

/// What a host's cells can name.
let hostGlobals: [String: Value] = [
    "vit": .object(TestModel(name: "vit")),
    "load": .function(
        Command<TestContext>(
            Signature("load", [Load.name], result: .object(.model), summary: "Loads a model.")
        ) { arguments in .object(TestModel(name: arguments[Load.name])) }),
    "render": .function(
        Command<TestContext>(
            Signature(
                "render", [Render.objective, Render.steps, Render.rate, Render.by, Render.progress],
                result: .object(.picture), summary: "Makes a picture.")
        ) { arguments in
            let (steps, rate) = (arguments[Render.steps], arguments[Render.rate])
            return .string(
                "\(arguments[Render.objective].plainText), \(steps), \(rate), \(arguments[Render.by])")
        }),
    "fail": .function(Command<TestContext>(Signature("fail")) { _ in throw HostError("The disk is full.") }),
    "nothing": .function(Command<TestContext>(Signature("nothing")) { _ in .void }),
    "note": .function(
        Command<TestContext>(Signature("note")) { (_, context: TestContext) in
            context.write("noted\n", toStandardError: false)
            return .void
        }),
]

private enum Load {
    static let name = Argument<String>("name", label: nil, completes: TestSource.models)
}

private enum Render {
    enum Likeness: String, ArgumentChoice {
        case dot, cosine
    }

    static let objective = Argument<Value>(
        "objective", label: nil, type: .object(.objective), summary: "what to maximize")
    static let steps = Argument<Int>("steps", default: 256, summary: "how many steps")
    static let rate = Argument<Double>("rate", default: 0.05)
    static let by = Argument<Likeness>("by", default: .dot)
    static let progress = Argument<(any Callable)?>("progress")
}

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
