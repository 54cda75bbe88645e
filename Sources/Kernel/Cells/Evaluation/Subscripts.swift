/// The subscripts of values.
enum Subscripts {
    static func value(in container: Value, _ arguments: [WrittenArgument]) throws -> Value {
        if case .object(let object) = container {
            if let value = try object.subscripted(arguments) { return value }
            if arguments.count == 1, let range = arguments[0].value.range, let elements = object.elements {
                return .array(Array(elements[try checked(range, elements.count)]))
            }
            throw CellError(
                .wrongType,
                "\(sentence(object.typeWords)) has no such subscript.\(hint(for: object, arguments))")
        }
        let key = try single(arguments, container)
        switch (container, key) {
        case (.array(let elements), .integer(let index)):
            return elements[try checked(index, elements.count)]
        case (.array(let elements), .range(let range)):
            return .array(Array(elements[try checked(range, elements.count)]))
        case (.range(let range), .integer(let index)):
            return .integer(range.lowerBound + (try checked(index, range.count)))
        case (.string(let text), .integer(let index)):
            return .string(
                String(text[text.index(text.startIndex, offsetBy: try checked(index, text.count))]))
        case (.string(let text), .range(let range)):
            let range = try checked(range, text.count)
            return .string(String(text.dropFirst(range.lowerBound).prefix(range.count)))
        case (.dictionary(let dictionary), _):
            try checkKey(key)
            if let value = dictionary[key] { return value }
            if arguments.count == 2 { return arguments[1].value }
            return .nothing
        default: throw wrongIndex(container, key)
        }
    }

    /// Changes an element in place; in a dictionary, adds the key, or removes it for nil.
    static func change<Result>(
        _ container: inout Value, _ arguments: [WrittenArgument], _ body: (inout Value) throws -> Result
    ) throws -> Result {
        let key = try single(arguments, container)
        switch container {
        case .array: return try changeList(&container, key, body)
        case .dictionary(var dictionary):
            try checkKey(key)
            container = .nothing
            defer { container = .dictionary(dictionary) }
            var element = dictionary[key] ?? (arguments.count == 2 ? arguments[1].value : .nothing)
            let result = try body(&element)
            dictionary[key] = element.isNothing ? nil : element
            return result
        case .string:
            throw CellError(
                .constant,
                "The characters of text cannot be set. Make new text, or use `replacingOccurrences(of:with:)`.")
        default: throw wrongIndex(container, key)
        }
    }

    /// Changes an element or a part of a list in place.
    ///
    /// The list is removed from its container first: with a second owner, each change would copy it.
    private static func changeList<Result>(
        _ container: inout Value, _ key: Value, _ body: (inout Value) throws -> Result
    ) throws -> Result {
        guard case .array(var elements) = container else { throw wrongIndex(container, key) }
        container = .nothing
        defer { container = .array(elements) }
        switch key {
        case .integer(let index):
            let index = try checked(index, elements.count)
            var element = elements[index]
            elements[index] = .nothing
            defer { elements[index] = element }
            return try body(&element)
        case .range(let range):
            let range = try checked(range, elements.count)
            var slice = Value.array(Array(elements[range]))
            let result = try body(&slice)
            guard case .array(let replacement) = slice else {
                throw CellError(.wrongType, "Part of a list can only be replaced by a list.")
            }
            elements.replaceSubrange(range, with: replacement)
            return result
        default: throw wrongIndex(.array([]), key)
        }
    }

    static func checkKey(_ key: Value) throws {
        guard key.canBeKey else {
            throw CellError(
                .wrongType, "A dictionary's key must be text, a number or a choice, but this is \(key.typeWords).")
        }
    }

    /// Returns a range with these ends.
    static func range(_ lower: Int, _ upper: Int, isClosed: Bool) throws -> Range<Int> {
        guard lower <= upper else {
            throw CellError(
                .outOfRange,
                "A range must go upwards, but this one goes from \(lower) to \(upper). "
                    + "`stride(from: \(lower), to: \(upper), by: -1)` goes down.")
        }
        let end = isClosed ? upper.addingReportingOverflow(1) : (partialValue: upper, overflow: false)
        guard !end.overflow, !end.partialValue.subtractingReportingOverflow(lower).overflow else {
            throw CellError(.tooLarge, "This range is too long.")
        }
        return lower..<end.partialValue
    }

    /// Returns the advice for an object without such a subscript: to use a name, or a method.
    private static func hint(for object: any CellObject, _ arguments: [WrittenArgument]) -> String {
        if let key = object.subscriptKeys.first { return " It takes names, as in `[\"\(key)\"]`." }
        guard let index = arguments.first?.value.integer else { return "" }
        let method = object.members.lazy.compactMap(\.signature).first { signature in
            if case .integer = signature.parameters.first?.type { true } else { false }
        }
        return method.map { " `.\($0.name)(\(index))` chooses a part." } ?? ""
    }

    // MARK: - Checks

    private static func single(_ arguments: [WrittenArgument], _ container: Value) throws -> Value {
        if case .dictionary = container, arguments.count == 2, arguments[1].label == "default" {
            return arguments[0].value
        }
        guard arguments.count == 1, arguments[0].label == nil else {
            throw CellError(.wrongArgument, "The subscript of \(container.typeWords) takes one value.")
        }
        return arguments[0].value
    }

    private static func checked(_ index: Int, _ count: Int) throws -> Int {
        if (0..<count).contains(index) { return index }
        if count == 0 { throw CellError(.outOfRange, "There is no element \(index): it is empty.") }
        let hint =
            index < 0 && index >= -count
            ? " Swift does not count from the end; write `x[x.count - \(-index)]`." : ""
        throw CellError(.outOfRange, "There is no element \(index): they go from 0 to \(count - 1).\(hint)")
    }

    private static func checked(_ range: Range<Int>, _ count: Int) throws -> Range<Int> {
        guard range.lowerBound >= 0, range.upperBound <= count else {
            throw CellError(
                .outOfRange,
                count == 0
                    ? "There are no elements \(range): it is empty."
                    : "There are no elements \(range): they go from 0 to \(count - 1).")
        }
        return range
    }

    private static func wrongIndex(_ container: Value, _ key: Value) -> CellError {
        switch container {
        case .array, .string, .range:
            CellError(
                .wrongType,
                "The index of \(container.typeWords) must be a whole number or a range, but this is "
                    + "\(key.descriptiveWords)."
            )
        case .nothing: CellError(.wrongType, "This is nil: it has no elements.")
        case .tuple:
            CellError(.wrongType, "A tuple has no subscript. Its parts are `.0`, `.1` …, or their labels.")
        case .function(let function):
            CellError(
                .wrongType,
                "`\(function.signature.name)` is a function: call it, as in `\(function.signature.name)(\(key.quotedText))`."
            )
        default: CellError(.wrongType, "\(sentence(container.typeWords)) has no elements.")
        }
    }
}

extension Evaluator {
    /// Evaluates the arguments of a subscript.
    ///
    /// An open range gets its end from the container.
    func subscriptArguments(
        _ written: [Expression.Labeled], of container: Value, in scope: Scope
    ) throws -> [WrittenArgument] {
        if case .dictionary(let dictionary) = container, let key = dictionary.keys.first,
            let type = ValueType(likeNumbersIn: key), let first = written.first, first.label == nil
        {
            let element = dictionary.values.first.flatMap { ValueType(likeNumbersIn: $0) }
            return try written.map { item in
                WrittenArgument(
                    label: item.label, try evaluate(item.value, as: item.label == nil ? type : element, in: scope))
            }
        }
        guard written.count == 1, case .range(let lower, let upper, let isClosed) = written[0].value.kind,
            lower == nil || upper == nil
        else { return try arguments(written, in: scope) }
        let count: Int
        switch container {
        case .array(let elements): count = elements.count
        case .string(let text): count = text.count
        case .object(let object):
            guard let elements = object.elements else { fallthrough }
            count = elements.count
        default:
            throw source.error(.wrongType, "This range needs both ends.", at: written[0].value.place)
        }
        return try at(written[0].value.place) {
            let start = try lower.map { try bound($0, in: scope) } ?? 0
            let end = try upper.map { try bound($0, in: scope) } ?? count
            return [WrittenArgument(.range(try Subscripts.range(start, end, isClosed: isClosed && upper != nil)))]
        }
    }
}

/// Returns words as the beginning of a sentence.
func sentence(_ words: String) -> String { words.prefix(1).uppercased() + words.dropFirst() }
