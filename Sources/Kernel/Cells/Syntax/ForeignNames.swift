/// A name that is not defined, and what may have been meant.
struct UnknownName {
    let name: String

    init(_ name: String) { self.name = name }

    func message(among names: Set<String>) -> String {
        if let hint = ForeignNames.swiftHints[name] { return "Cells do not have `\(name)`. \(hint)" }
        if let hint = ForeignNames.hints[name] {
            return hint.isEmpty ? "There is no `\(name)`." : "There is no `\(name)` in Swift. \(hint)"
        }
        if name.hasPrefix("self.") {
            return "There is no `\(name)`: this value has no `\(name.dropFirst(5))`, or this is not inside a type."
        }
        if name.hasPrefix("$") { return "`\(name)` is a closure's argument, but this is not in a closure." }
        return "There is no `\(name)`.\(suggestion(of: name, among: names))"
    }
}

/// Names from other languages and libraries, with their counterparts in Swift.
enum ForeignNames {
    static let hints: [String: String] = [
        "True": "Write `true`.",
        "False": "Write `false`.",
        "None": "Write `nil`.",
        "null": "Write `nil`.",
        "undefined": "Write `nil`.",
        "len": "Write `x.count`.",
        "range": "Write `0..<10`, or `stride(from: 0, to: 10, by: 2)`.",
        "str": "Write `String(x)`.",
        "int": "Write `Int(x)`.",
        "float": "Write `Double(x)`.",
        "bool": "Compare, as in `x != 0`.",
        "list": "Write `Array(x)`.",
        "dict": "Write `[\"key\": value]`.",
        "set": "Write `Set(x)`.",
        "dir": "`help(x)` lists what a value has.",
        "vars": "`help(x)` lists what a value has.",
        "time": "Write `let start = Date()` and `Date().timeIntervalSince(start)`, or `%%time` in the first line.",
        "perf_counter": "Write `let start = Date()` and `Date().timeIntervalSince(start)`.",
        "timeit": "Write `%%time` in the first line.",
        "open": "`image(\"photo.jpg\")` reads a picture, `tensor(\"x.npy\")` numbers.",
        "imread": "Write `image(\"photo.jpg\")`.",
        "classify": "Write `model.classify(photo)`.",
        "softmax": "Write `x.softmax()`.",
        "argmax": "Write `x.argmax()`.",
        "topk": "Write `x.top(5)`.",
        "dot": "Write `x.dot(y)`.",
        "mean": "Write `x.mean()`, or `x.mean(axis: 0)`.",
        "imshow": "A picture that a cell ends in shows itself.",
        "show": "A picture that a cell ends in shows itself; `display(x)` shows one in between.",
        "tuple": "Write `(a, b)`.",
        "sum": "Write `x.reduce(0, +)`.",
        "enumerate": "Write `x.enumerated()`.",
        "sorted": "Write `x.sorted()`.",
        "reversed": "Write `x.reversed()`.",
        "map": "Write `x.map { … }`.",
        "filter": "Write `x.filter { … }`.",
        "any": "Write `x.contains { … }`.",
        "all": "Write `x.allSatisfy { … }`.",
        "isinstance": "Write `x is Int`.",
        "input": "Write `readLine()` or `ask(\"…\")`.",
        "self": "`self` is the value whose method runs, but this is not inside a `struct` or `enum`.",
        "pass": "An empty body is `{ }`.",
        "np": "Nothing needs importing: lists and `sqrt`, `exp` … are built in.",
        "numpy": "Nothing needs importing: lists and `sqrt`, `exp` … are built in.",
        "torch": "Models are loaded with `load(…)`.",
        "plt": "Pictures show themselves: end the cell with the value.",
        "def": "Functions begin with `func`.",
        "elif": "Write `else if`.",
        "lambda": "A closure is `{ x in x * 2 }`.",
        "and": "Write `&&`.",
        "or": "Write `||`.",
        "not": "Write `!x`.",
        "del": "Write `reset(\"name\")`.",
        "raise": "Write `throw \"…\"`.",
        "yield": "Append to a list and return it.",
        "const": "Write `let`.",
        "function": "Functions begin with `func`.",
        "ls": "Run it in a terminal: File › New › Terminal in JupyterLab.",
        "pwd": "Paths are relative to the notebook's folder.",
        "pip": "Run it in a terminal: File › New › Terminal in JupyterLab.",
        "println": "Write `print(…)`.",
        "printf": "Write `print(String(format: \"%.2f\", x))`.",
    ]

    /// Names from Swift and Foundation that cells do not support.
    static let swiftHints: [String: String] =
        [
            "CFAbsoluteTimeGetCurrent": "Write `Date().timeIntervalSince1970`.",
            "DispatchTime": "Write `ContinuousClock().now`.",
            "ProcessInfo": "`ContinuousClock().now` tells the time.",
            "FileManager": "`image(\"photo.jpg\")` reads a picture, `tensor(\"x.npy\")` numbers.",
            "Task": "`sleep(1)` waits a second.",
            "NSNumber": "Write `Int(x)` or `Double(x)`.",
            "URL": "Paths are text: `\"photos/a.jpg\"`.",
        ].merging(
            ["UInt", "Int8", "Int16", "Int32", "Int64", "UInt8", "UInt16", "UInt32", "UInt64"].map {
                ($0, "Whole numbers have one type: write `Int`.")
            }
        ) { first, _ in first }

    private static let ofText = [
        "upper": "`uppercased()`", "lower": "`lowercased()`", "strip": "`trimmed()`",
        "startswith": "`hasPrefix(…)`", "endswith": "`hasSuffix(…)`",
        "replace": "`replacingOccurrences(of:with:)`", "find": "`firstIndex(of:)`", "length": "`count`",
        "size": "`count`", "len": "`count`", "join": "`list.joined(separator: \", \")`",
        "format": "`\"… \\(value)\"`", "isdigit": "`Int(x) != nil`", "trim": "`trimmed()`",
    ]

    private static let ofLists = [
        "push": "`append(…)`", "add": "`append(…)`", "extend": "`append(contentsOf:)`",
        "pop": "`popLast()` or `remove(at:)`", "length": "`count`", "size": "`count`", "len": "`count`",
        "index": "`firstIndex(of:)`", "indexOf": "`firstIndex(of:)`", "clear": "`removeAll()`",
        "join": "`joined(separator:)`", "forEach": "`for x in list { … }`", "includes": "`contains(…)`",
        "shape": "`count`", "sum": "`reduce(0, +)`", "copy": "nothing: a new `let` is a copy",
        "mean": "`list.reduce(0, +) / Double(list.count)`",
    ]

    private static let ofDictionaries = [
        "items": "`for (key, value) in dictionary`", "get": "`dictionary[key] ?? value`",
        "has": "`dictionary[key] != nil`", "has_key": "`dictionary[key] != nil`", "length": "`count`",
        "size": "`count`", "pop": "`removeValue(forKey:)`", "contains_key": "`dictionary[key] != nil`",
    ]

    /// Returns the counterpart in Swift of a member in another language.
    static func hint(member name: String, of value: Value) -> String? {
        let names =
            switch value {
            case .string: ofText
            case .array: ofLists
            case .dictionary: ofDictionaries
            case .object(let object): object.foreignNames
            default: [String: String]()
            }
        return names[name].map { " Swift has \($0)." }
    }
}
