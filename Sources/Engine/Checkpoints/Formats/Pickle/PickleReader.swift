/// A reader of Python pickles, protocols 0 to 5, that runs nothing.
///
/// A call in the pickle becomes a node that describes it. Reading does not recurse, and the memory for each byte is
/// bounded, so a forged pickle leads to an error and not to a crash.
package struct PickleReader {
    /// Why a pickle is not read.
    package enum ReadError: Error, Hashable {
        /// It is malformed, in words that follow "its pickle".
        case malformed(String)
        /// It names a class or function that no weights need.
        case dangerous(String)
    }

    // A checkpoint of a large model with its optimizer has some tens of thousands of nodes.
    private static let mostNodes = 1_000_000
    private static let mostValues = 8_000_000
    private static let mostTextBytes = 1 << 26
    private static let longestLine = 1 << 16

    private let data: UnsafeRawBufferPointer
    private var place: Int
    private var stack: [Pickle.Value] = []
    /// The height of the stack at each mark.
    private var marks: [Int] = []
    private var memo: [Int: Pickle.Value] = [:]
    private var nodes: [Pickle.Node] = []
    private var valueCount = 0
    private var textByteCount = 0

    /// Reads the pickle that begins at `start`; other bytes may follow it.
    package static func read(_ data: UnsafeRawBufferPointer, from start: Int = 0) throws(ReadError) -> Pickle {
        var reader = PickleReader(data: data, place: start)
        while true {
            let byte = try reader.byte()
            guard let opcode = PickleOpcode(rawValue: byte) else {
                throw .malformed("has an instruction that Python does not have, 0x\(String(byte, radix: 16))")
            }
            if opcode == .stop { break }
            try reader.perform(opcode)
        }
        let root = try reader.pop()
        return Pickle(root: root, nodes: reader.nodes, end: reader.place)
    }

    private init(data: UnsafeRawBufferPointer, place: Int) {
        self.data = data
        self.place = place
    }

    private mutating func perform(_ opcode: PickleOpcode) throws(ReadError) {
        switch opcode {
        case .mark:
            try count(1)
            marks.append(stack.count)
        case .pop: if marks.last == stack.count { marks.removeLast() } else { _ = try pop() }
        case .popMark: _ = try popToMark()
        case .duplicate: try push(try top())
        case .none: try push(.none)
        case .newTrue: try push(.bool(true))
        case .newFalse: try push(.bool(false))
        case .integer, .integer1, .integer2, .integer4, .long, .long1, .long4, .float, .float8: try number(opcode)
        case .quotedString, .string1, .string4, .unicodeLine, .unicode1, .unicode4, .unicode8: try text(opcode)
        case .bytes1, .bytes4, .bytes8, .byteArray8:
            let count = try length(opcode == .bytes1 ? 1 : opcode == .bytes4 ? 4 : 8)
            try push(.bytes(try take(count)))
        case .persistent, .persistentText:
            let id = opcode == .persistent ? try pop() : .text(try line())
            try push(Pickle.Node(kind: .persistent, arguments: id))
        case .putText, .put1, .put4, .memoize, .getText, .get1, .get4: try remember(opcode)
        case .emptyTuple, .tuple, .tuple1, .tuple2, .tuple3, .emptyList, .list, .emptyDictionary, .dictionary,
            .emptySet, .frozenSet:
            try container(opcode)
        case .append: try add([try pop()])
        case .setItem:
            let value = try pop()
            try add([try pop(), value])
        case .appends, .setItems, .addItems: try add(try popToMark())
        case .global: try global(module: try line(), name: try line())
        case .stackGlobal:
            guard case .text(let name) = try pop(), case .text(let module) = try pop() else {
                throw .malformed("names a class by something other than text")
            }
            try global(module: module, name: name)
        case .reduce, .newObject, .newObjectWithKeywords, .object, .instance: try call(opcode)
        case .build:
            let state = try pop()
            guard case .node(let number) = try top() else { throw .malformed("gives attributes to a plain value") }
            nodes[number].state = state
        case .protocolVersion:
            let version = try byte()
            guard version <= 5 else { throw .malformed("uses protocol \(version); 0 to 5 can be read") }
        case .frame: _ = try length(8)
        case .extension1, .extension2, .extension4:
            throw .malformed("refers to classes by extension codes, which only the program that wrote it knows")
        case .nextBuffer, .readOnlyBuffer: throw .malformed("refers to data outside the file")
        case .stop: break
        }
    }

    // MARK: Plain values

    private mutating func number(_ opcode: PickleOpcode) throws(ReadError) {
        switch opcode {
        case .integer1: try push(.integer(Int(try byte())))
        case .integer2: try push(.integer(Int(data.uint16(at: try take(2).lowerBound))))
        case .integer4: try push(.integer(Int(Int32(bitPattern: data.uint32(at: try take(4).lowerBound)))))
        case .float8: try push(.real(Double(bitPattern: data.uint64(at: try take(8).lowerBound).byteSwapped)))
        case .long1: try push(integer(in: try take(try length(1))))
        case .long4: try push(integer(in: try take(try length(4))))
        case .float:
            guard let number = Double(try line()) else { throw .malformed("has an invalid number") }
            try push(.real(number))
        default:
            let digits = try line()
            if opcode == .integer, digits == "00" || digits == "01" { return try push(.bool(digits == "01")) }
            let sign = digits.hasPrefix("-") ? "-" : ""
            let magnitude = digits.dropFirst(sign.count).prefix { $0.isASCII && $0.isNumber }
            guard !magnitude.isEmpty, ["", "L"].contains(digits.dropFirst(sign.count + magnitude.count)) else {
                throw .malformed("has an invalid number")
            }
            try push(Int(sign + magnitude).map { .integer($0) } ?? .largeInteger)
        }
    }

    /// Returns a two's complement integer, least significant byte first.
    private func integer(in range: Range<Int>) -> Pickle.Value {
        guard range.count <= 8 else { return .largeInteger }
        let isNegative = range.last.map { data[$0] & 0x80 != 0 } ?? false
        let bits = data[range].reversed().reduce(isNegative ? UInt64.max : 0) { $0 << 8 | UInt64($1) }
        return .integer(Int(bitPattern: UInt(bits)))
    }

    private mutating func text(_ opcode: PickleOpcode) throws(ReadError) {
        switch opcode {
        case .quotedString:
            let quoted = try line()
            guard quoted.count >= 2, let quote = quoted.first, quote == "'" || quote == "\"", quoted.last == quote
            else { throw .malformed("has a string without quotes") }
            try push(.text(String(quoted.dropFirst().dropLast())))
        case .unicodeLine: try push(.text(try line()))
        default:
            let size = opcode == .string1 || opcode == .unicode1 ? 1 : opcode == .unicode8 ? 8 : 4
            try push(.text(try text(in: try take(try length(size)))))
        }
    }

    private mutating func text(in range: Range<Int>) throws(ReadError) -> String {
        textByteCount += range.count
        guard textByteCount <= Self.mostTextBytes else { throw .malformed("holds more text than any checkpoint") }
        return String(decoding: data[range], as: UTF8.self)
    }

    /// Reads the text to the end of the line.
    private mutating func line() throws(ReadError) -> String {
        let limit = min(data.count, place + Self.longestLine)
        guard let end = data[place..<limit].firstIndex(of: UInt8(ascii: "\n")) else {
            throw .malformed("ends too early")
        }
        defer { place = end + 1 }
        return try text(in: place..<end)
    }

    // MARK: Compound values

    private mutating func container(_ opcode: PickleOpcode) throws(ReadError) {
        switch opcode {
        case .emptyTuple: try push(Pickle.Node(kind: .tuple))
        case .tuple: try push(Pickle.Node(kind: .tuple, items: try popToMark()))
        case .tuple1: try push(Pickle.Node(kind: .tuple, items: [try pop()]))
        case .tuple2, .tuple3:
            var items: [Pickle.Value] = []
            for _ in 0..<(opcode == .tuple2 ? 2 : 3) { items.append(try pop()) }
            try push(Pickle.Node(kind: .tuple, items: items.reversed()))
        case .emptyList: try push(Pickle.Node(kind: .list))
        case .list: try push(Pickle.Node(kind: .list, items: try popToMark()))
        case .emptySet: try push(Pickle.Node(kind: .set))
        case .frozenSet: try push(Pickle.Node(kind: .set, items: try popToMark()))
        case .emptyDictionary: try push(Pickle.Node(kind: .dictionary))
        default:
            let items = try popToMark()
            try push(Pickle.Node(kind: .dictionary))
            try add(items)
        }
    }

    /// Adds items to the container on the stack.
    private mutating func add(_ items: [Pickle.Value]) throws(ReadError) {
        guard case .node(let number) = try top() else { throw .malformed("adds items to a plain value") }
        switch nodes[number].kind {
        case .tuple, .global, .persistent: throw .malformed("adds items to something that is not a container")
        case .dictionary where !items.count.isMultiple(of: 2): throw .malformed("has a key without a value")
        case .dictionary, .list, .set, .object: nodes[number].items += items
        }
    }

    private mutating func global(module: String, name: String) throws(ReadError) {
        guard !PickleGlobals.isDangerous(module: module, name: name) else {
            throw .dangerous(PickleGlobals.usualName(module: module, name: name))
        }
        try push(Pickle.Node(kind: .global, items: [.text(module), .text(name)]))
    }

    /// Makes a node of a call, or of a plain container that the call would create.
    private mutating func call(_ opcode: PickleOpcode) throws(ReadError) {
        let callable: Pickle.Value
        let arguments: Pickle.Value
        switch opcode {
        case .object, .instance:
            if opcode == .instance { try global(module: try line(), name: try line()) }
            let type = opcode == .instance ? try pop() : nil
            var items = try popToMark()
            guard let found = type ?? items.first else { throw .malformed("creates an object without a class") }
            if type == nil { items.removeFirst() }
            try push(Pickle.Node(kind: .tuple, items: items))
            (callable, arguments) = (found, try pop())
        default:
            if opcode == .newObjectWithKeywords { _ = try pop() }
            arguments = try pop()
            callable = try pop()
        }
        guard let kind = container(callable) else {
            return try push(Pickle.Node(kind: .object, callable: callable, arguments: arguments))
        }
        try push(Pickle.Node(kind: kind, items: try initialItems(of: kind, arguments)))
    }

    private func container(_ callable: Pickle.Value) -> Pickle.Node.Kind? {
        guard case .node(let number) = callable, nodes[number].kind == .global,
            case .text(let module) = nodes[number].items[0], case .text(let name) = nodes[number].items[1]
        else { return nil }
        return PickleGlobals.containers["\(module).\(name)"]
    }

    /// Returns the items that a container is created with: `OrderedDict([("a", 1), ("b", 2)])`, `set([1, 2])`,
    /// `defaultdict(list)`.
    private mutating func initialItems(
        of kind: Pickle.Node.Kind, _ arguments: Pickle.Value
    ) throws(ReadError) -> [Pickle.Value] {
        guard case .node(let tuple) = arguments, case .node(let list)? = nodes[tuple].items.last,
            nodes[list].kind == .list || nodes[list].kind == .tuple
        else { return [] }
        // These are copied and not popped; if they were not counted, a few bytes could double them repeatedly.
        try count(nodes[list].items.count * 2)
        guard kind == .dictionary else { return nodes[list].items }
        var items: [Pickle.Value] = []
        for pair in nodes[list].items {
            guard case .node(let number) = pair, nodes[number].items.count == 2 else {
                throw .malformed("has a dictionary that is not made of pairs")
            }
            items += nodes[number].items
        }
        return items
    }

    // MARK: The memo and the stack

    private mutating func remember(_ opcode: PickleOpcode) throws(ReadError) {
        try count(1)
        switch opcode {
        case .put1: memo[try length(1)] = try top()
        case .put4: memo[try length(4)] = try top()
        case .memoize: memo[memo.count] = try top()
        case .putText: memo[try lineNumber()] = try top()
        default:
            let number = opcode == .getText ? try lineNumber() : try length(opcode == .get1 ? 1 : 4)
            guard let value = memo[number] else { throw .malformed("refers to a value that it never stored") }
            try push(value)
        }
    }

    private mutating func lineNumber() throws(ReadError) -> Int {
        guard let number = Int(try line()) else { throw .malformed("has an invalid number") }
        return number
    }

    private mutating func push(_ node: Pickle.Node) throws(ReadError) {
        guard nodes.count < Self.mostNodes else { throw .malformed("holds more parts than any checkpoint") }
        nodes.append(node)
        try push(.node(nodes.count - 1))
    }

    private mutating func push(_ value: Pickle.Value) throws(ReadError) {
        try count(1)
        stack.append(value)
    }

    private mutating func count(_ values: Int) throws(ReadError) {
        valueCount += values
        guard valueCount <= Self.mostValues else { throw .malformed("holds more values than any checkpoint") }
    }

    private func top() throws(ReadError) -> Pickle.Value {
        guard stack.count > marks.last ?? 0, let value = stack.last else {
            throw .malformed("reads a value that it never stored")
        }
        return value
    }

    private mutating func pop() throws(ReadError) -> Pickle.Value {
        let value = try top()
        stack.removeLast()
        return value
    }

    private mutating func popToMark() throws(ReadError) -> [Pickle.Value] {
        guard let mark = marks.popLast() else { throw .malformed("reads a value that it never stored") }
        defer { stack.removeLast(stack.count - mark) }
        return Array(stack[mark...])
    }

    // MARK: Bytes

    private mutating func byte() throws(ReadError) -> UInt8 { data[try take(1).lowerBound] }

    /// Reads a length or number of `size` bytes, least significant first.
    private mutating func length(_ size: Int) throws(ReadError) -> Int {
        let value = data[try take(size)].reversed().reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
        guard let length = Int(exactly: value) else { throw .malformed("claims a length of \(value) bytes") }
        return length
    }

    private mutating func take(_ count: Int) throws(ReadError) -> Range<Int> {
        guard count <= data.count - place else { throw .malformed("ends too early") }
        defer { place += count }
        return place..<place + count
    }
}
