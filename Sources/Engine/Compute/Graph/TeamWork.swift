/// Work in parts that may be done in any order and in parallel, each by any thread that is free.
///
/// The result of a part depends neither on the thread nor on the number of threads.
package struct TeamWork {
    /// The number of parts.
    let count: Int
    /// The function that does a part, given its index and that of the team's thread.
    let body: (_ part: Int, _ worker: Int) -> Void

    /// Creates work of `count` parts; if that is more than can be dealt out, several are joined into one.
    package init(count: Int, _ body: @escaping (_ part: Int, _ worker: Int) -> Void) {
        guard count > PartDealer.most else {
            self.count = count
            self.body = body
            return
        }
        let cut = Cut(of: count, parts: PartDealer.most)
        self.count = cut.count
        self.body = { group, worker in
            for part in cut[group] { body(part, worker) }
        }
    }

    /// Creates work on `0..<total`, cut by ``Cut``.
    package init(of total: Int, unit: Int = 1, atLeast: Int = 1, _ body: @escaping (Range<Int>) -> Void) {
        let cut = Cut(of: total, unit: unit, atLeast: atLeast)
        self.init(count: cut.count) { part, _ in body(cut[part]) }
    }

    /// Creates work on `0..<total` elements, in parts of some thousands.
    package init(ofElements total: Int, _ body: @escaping (Range<Int>) -> Void) {
        self.init(of: total, unit: 8, atLeast: Cut.fewElements, body)
    }

    /// Creates work on `0..<total` rows of `elements` elements.
    package init(ofRows total: Int, elements: Int, _ body: @escaping (Range<Int>) -> Void) {
        self.init(of: total, atLeast: max(Cut.fewElements / max(elements, 1), 1), body)
    }
}

/// `0..<total` cut into parts of about the same size, at multiples of a unit.
///
/// The cuts depend on nothing else, so that numbers are the same for every team.
package struct Cut {
    /// The least number of elements in a part: fewer are done sooner than another thread wakes up.
    package static let fewElements = 4096
    /// The number of parts that is enough for the largest team; more would only cost more dealing.
    private static let mostParts = 32

    let count: Int
    private let total: Int
    private let unit: Int
    private let units: Int

    init(of total: Int, unit: Int = 1, atLeast: Int = 1) {
        self.init(of: total, unit: unit, parts: min(max(total / max(atLeast, 1), 1), Self.mostParts))
    }

    /// Creates a cut into `parts` parts, or as many as there are units.
    init(of total: Int, unit: Int = 1, parts: Int) {
        self.total = total
        self.unit = unit
        units = (total + unit - 1) / unit
        count = min(parts, units)
    }

    subscript(_ part: Int) -> Range<Int> {
        min(units * part / count * unit, total)..<min(units * (part + 1) / count * unit, total)
    }
}
