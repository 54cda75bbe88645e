/// Work in parts that may be done in any order and at once, each by whoever is free.
///
/// What a part computes depends neither on who does it nor on how many threads there are.
package struct TeamWork {
    /// How many parts there are.
    let count: Int
    /// Does a part; is told which, and which of the team's threads does it.
    let body: (_ part: Int, _ worker: Int) -> Void

    /// Work in `count` parts; of more than can be dealt out, some are done as one.
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

    /// Work on `0..<total`, cut as ``Cut`` says.
    package init(of total: Int, unit: Int = 1, atLeast: Int = 1, _ body: @escaping (Range<Int>) -> Void) {
        let cut = Cut(of: total, unit: unit, atLeast: atLeast)
        self.init(count: cut.count) { part, _ in body(cut[part]) }
    }

    /// Work on `0..<total` elements, of which a thread does some thousands before it looks for others.
    package init(ofElements total: Int, _ body: @escaping (Range<Int>) -> Void) {
        self.init(of: total, unit: 8, atLeast: Cut.fewElements, body)
    }

    /// Work on `0..<total` rows of so many elements.
    package init(ofRows total: Int, elements: Int, _ body: @escaping (Range<Int>) -> Void) {
        self.init(of: total, atLeast: max(Cut.fewElements / max(elements, 1), 1), body)
    }
}

/// `0..<total` cut into parts of about the same size, at multiples of a unit.
///
/// The cuts depend on nothing else, so that numbers are the same for every team.
package struct Cut {
    /// A part has at least about so many elements: less is done sooner than somebody else hears of it.
    package static let fewElements = 4096
    /// Enough for the largest team; more would only be more often dealt out.
    private static let mostParts = 32

    let count: Int
    private let total: Int
    private let unit: Int
    private let units: Int

    init(of total: Int, unit: Int = 1, atLeast: Int = 1) {
        self.init(of: total, unit: unit, parts: min(max(total / max(atLeast, 1), 1), Self.mostParts))
    }

    /// Cut into so many parts, or as many as there are units.
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
