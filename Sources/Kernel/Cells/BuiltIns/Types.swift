/// A type's name, which converts when called and has static members: `Int("3")`, `Double.pi`.
struct TypeName: Callable, CellObject {
    let command: BuiltIn
    let constants: [String: Value]
    let methods: [String: BuiltIn]
    /// The static members that are computed each time they are read.
    var computed: [String: @Sendable () -> Value] = [:]

    var signature: Signature { command.signature }
    var kind: ValueKind { .type(signature.name) }
    var plainText: String { signature.name }

    var members: [MemberDeclaration] {
        constants.map { .property($0.key, $0.value.type, "") }
            + methods.values.map { .method($0.signature) }
    }

    func member(_ name: String) throws -> Value? {
        if name == "init" { return .function(self) }
        if let value = computed[name] { return value() }
        return constants[name] ?? methods[name].map { .function($0) }
    }

    func call(_ arguments: Arguments, in context: any CellContext) throws -> Value {
        try command.call(arguments, in: context)
    }
}

extension TypeName {
    /// Creates the type in which an implicit member such as `.infinity` is looked up if `wanted` is expected; nil if
    /// there is none.
    init?(of wanted: ValueType) {
        switch wanted {
        case .optional(let type): self.init(of: type)
        case .integer: self = Types.whole
        case .number: self = Types.number("Double")
        case .named("Duration"), .object(.duration): self = Clocks.duration
        case .named("Date"), .object(.date): self = Clocks.date
        case .object(.instant): self = Clocks.clock("ContinuousClock")
        default: return nil
        }
    }

    /// Returns the value of an implicit member; nil if the type has none of this name.
    func value(of symbol: Symbol, in context: any CellContext) throws -> Value? {
        guard let method = methods[symbol.name] else {
            return symbol.arguments.isEmpty ? computed[symbol.name]?() ?? constants[symbol.name] : nil
        }
        if symbol.arguments.isEmpty, !method.signature.parameters.isEmpty { return nil }
        return try method.call(Arguments(binding: symbol.arguments, to: method.signature), in: context)
    }
}

/// `Int`, `Double`, `String`, `Bool`, `Array`, `Dictionary`.
enum Types {
    static let all: [TypeName] = [whole, number("Double"), number("Float"), text, truth, list, dictionary, set]

    private static let wholeRange = Argument<Range<Int>>("range", label: "in")
    private static let fractionRange = Argument<FractionRange>("range", label: "in")
    private static let repeated = Argument<String?>("repeating", default: nil)
    private static let element = Argument<Value>("repeating", type: .optional(.any), default: .nothing)
    private static let count = Argument<Int?>("count", default: nil)
    private static let format = Argument<String?>("format", default: nil)
    private static let described = Argument<Value>("value", label: nil, type: .optional(.any), default: .nothing)
    private static let values = Argument<[Value]>.variadic("values", label: nil)
    private static let elements = Argument<Value>("elements", label: nil, type: .optional(.any), default: .nothing)
    private static let pairs = Argument<[Value]?>("uniqueKeysWithValues", default: nil)
    private static let grouped = Argument<[Value]?>("grouping", default: nil)
    private static let by = Argument<(any Callable)?>("by")
    private static let converted = Argument<Value>("value", label: nil)

    static let whole = TypeName(
        command: conversion(
            "Int", .integer, "The whole number in a text, or a number without its fraction.",
            "Int(\"42\")"
        ) { value in
            switch value {
            case .integer: return value
            case .number(let number):
                guard let whole = Int(exactly: number.rounded(.towardZero)) else {
                    throw CellError(.arithmetic, "\(number) does not fit in a whole number.")
                }
                return .integer(whole)
            case .string(let text): return Int(text).map { .integer($0) } ?? .nothing
            default: return nil
            }
        },
        constants: ["max": .integer(.max), "min": .integer(.min)],
        methods: [
            "random": Command(
                Signature(
                    "random", [wholeRange], result: .integer, summary: "A random whole number.",
                    example: "Int.random(in: 0..<10)")
            ) { arguments in
                guard !arguments[wholeRange].isEmpty else {
                    throw arguments.complaint(about: wholeRange, "The range is empty.")
                }
                return .integer(.random(in: arguments[wholeRange]))
            }
        ])

    static func number(_ name: String) -> TypeName {
        TypeName(
            command: conversion(
                name, .number, "The number in a text, or a whole number as a number.", "\(name)(\"0.5\")"
            ) { value in
                switch value {
                case .integer, .number: return .number(value.number ?? 0)
                case .string(let text): return Double(text).map { .number($0) } ?? .nothing
                default: return nil
                }
            },
            constants: [
                "pi": .number(.pi), "infinity": .number(.infinity), "nan": .number(.nan),
                "greatestFiniteMagnitude": .number(.greatestFiniteMagnitude), "ulpOfOne": .number(.ulpOfOne),
            ],
            methods: [
                "random": Command(
                    Signature(
                        "random", [fractionRange], result: .number, summary: "A random number.",
                        example: "\(name).random(in: 0..<1)")
                ) { arguments in .number(try arguments[fractionRange].random()) }
            ])
    }

    private static let truth = TypeName(
        command: conversion("Bool", .boolean, "The truth value in a text.", "Bool(\"true\")") {
            value in
            switch value {
            case .boolean: value
            case .string(let text): Bool(text).map { .boolean($0) } ?? .nothing
            default: nil
            }
        },
        constants: [:],
        methods: [
            "random": Command(
                Signature(
                    "random", result: .boolean, summary: "True or false at random.",
                    example: "Bool.random()")
            ) { _ in .boolean(.random()) }
        ])

    private static let text = TypeName(
        command: Command(
            Signature(
                "String", [described, repeated, count, format, values], result: .string,
                summary: "A value as text, a repeated text, or numbers in a format.",
                example: "String(42)\nString(repeating: \"-\", count: 20)\nString(format: \"%.2f\", 3.14159)")
        ) { arguments in
            if let format = arguments[format] {
                let first = arguments.wasGiven(described) ? [arguments[described]] : []
                return .string(try Format(format).text(first + arguments[values]))
            }
            if let part = arguments[repeated] {
                let count = try repetitions(arguments)
                let size = part.utf8.count.multipliedReportingOverflow(by: count)
                try Operators.checkText(size.overflow ? .max : size.partialValue)
                return .string(String(repeating: part, count: part.isEmpty ? 0 : count))
            }
            guard arguments.wasGiven(described) else { return .string("") }
            return .string(arguments[described].plainText)
        },
        constants: [:], methods: [:])

    private static let list = TypeName(
        command: Command(
            Signature(
                "Array", [elements, element, count], result: .list(.any),
                summary: "A list of the elements of something, or of one value repeated.",
                example: "Array(0..<10)\nArray(repeating: 0.0, count: 10)")
        ) { arguments in
            if arguments.wasGiven(element) {
                let count = try repetitions(arguments)
                try Sequences.checkCount(count)
                return .array(Array(repeating: arguments[element], count: count))
            }
            guard arguments.wasGiven(elements) else { return .array([]) }
            if case .range(let range) = arguments[elements] { try Sequences.checkCount(range.count) }
            return .array(try elements(arguments))
        },
        constants: [:], methods: [:])

    private static let dictionary = TypeName(
        command: Command(
            Signature(
                "Dictionary", [pairs, grouped, by], result: .dictionary,
                summary: "A dictionary made from pairs, or from a list's elements in groups.",
                example: "Dictionary(uniqueKeysWithValues: zip(names, scores))")
        ) { arguments, context in
            var result = ValueDictionary()
            for pair in arguments[pairs] ?? [] {
                guard case .tuple(let parts) = pair, parts.count == 2 else {
                    throw arguments.complaint(about: pairs, "This must be a list of pairs.")
                }
                try Subscripts.checkKey(parts[0].value)
                result[parts[0].value] = parts[1].value
            }
            guard let by = arguments[by] else { return .dictionary(result) }
            for element in arguments[grouped] ?? [] {
                let key = try invoke(by, element, in: context)
                try Subscripts.checkKey(key)
                result[key] = .array((result[key]?.array ?? []) + [element])
            }
            return .dictionary(result)
        },
        constants: [:], methods: [:])

    private static let set = TypeName(
        command: Command(
            Signature(
                "Set", [elements], result: .set(.any), summary: "The elements of something, each once.",
                example: "Set([\"cat\", \"dog\", \"cat\"]).count", isPure: true)
        ) { arguments in
            .object(try SetValue(arguments.wasGiven(elements) ? elements(arguments) : []))
        },
        constants: [:], methods: [:])

    /// Returns how many times a value is repeated.
    private static func repetitions(_ arguments: Arguments) throws -> Int {
        guard let number = arguments[count] else {
            throw arguments.complaint(
                about: count, "`count` of `\(arguments.signature.name)` must be a whole number or nil.")
        }
        guard number >= 0 else { throw arguments.complaint(about: count, "`count` must not be negative.") }
        return number
    }

    private static func elements(_ arguments: Arguments) throws -> [Value] {
        let value = arguments[elements]
        guard let elements = Sequences.elements(of: value) else {
            throw arguments.complaint(about: elements, "\(sentence(value.descriptiveWords)) has no elements.")
        }
        return elements
    }

    private static func conversion(
        _ name: String, _ type: ValueType, _ summary: String, _ example: String,
        _ convert: @escaping @Sendable (Value) throws -> Value?
    ) -> BuiltIn {
        Command(
            Signature(
                name, [converted], result: type, summary: summary,
                example: example,
                isPure: true)
        ) { arguments in
            let value = arguments[converted]
            if let result = try convert(value) { return result }
            throw arguments.complaint(
                about: converted, "`\(name)` cannot be made from \(value.descriptiveWords).")
        }
    }
}
