/// A dictionary that keeps the order in which its keys were added.
package struct ValueDictionary: Sendable, Equatable, ExpressibleByDictionaryLiteral {
    /// The keys, in order.
    package private(set) var keys: [Value] = []
    /// The values, in the order of their keys.
    package private(set) var values: [Value] = []
    private var places: [Value: Int] = [:]

    /// Creates an empty dictionary.
    package init() {}

    /// Creates a dictionary of these pairs; if keys are equal, the last one counts.
    package init(_ pairs: some Sequence<(Value, Value)>) {
        for (key, value) in pairs { self[key] = value }
    }

    /// Creates a dictionary from a literal.
    package init(dictionaryLiteral pairs: (Value, Value)...) { self.init(pairs) }

    /// The number of keys.
    package var count: Int { keys.count }

    /// Whether there are no keys.
    package var isEmpty: Bool { keys.isEmpty }

    /// The keys with their values, in order.
    package var pairs: [(key: Value, value: Value)] { zip(keys, values).map { (key: $0, value: $1) } }

    /// The value of a key.
    ///
    /// Setting nil removes the key.
    package subscript(key: Value) -> Value? {
        get { places[key].map { values[$0] } }
        set {
            switch (places[key], newValue) {
            case (let place?, let value?):
                values[place] = value
            case (nil, let value?):
                places[key] = keys.count
                keys.append(key)
                values.append(value)
            case (let place?, nil):
                remove(at: place)
            case (nil, nil):
                break
            }
        }
    }

    /// Returns whether both have equal keys with equal values, in any order.
    package static func == (left: ValueDictionary, right: ValueDictionary) -> Bool {
        left.count == right.count && left.pairs.allSatisfy { right[$0.key] == $0.value }
    }

    private mutating func remove(at place: Int) {
        places[keys[place]] = nil
        keys.remove(at: place)
        values.remove(at: place)
        for later in place..<keys.count { places[keys[later]] = later }
    }
}
