/// The layout of the heads of `[tokens, 3 · heads · width]`, whose tokens lie window by window.
struct HeadSizes {
    /// The number of tokens in a window.
    let tokens: Int
    let windows: Int
    let heads: Int
    /// The number of features of one head.
    let width: Int
    /// The number of floats from one token to the next.
    let stride: Int

    /// One head in one window of one picture.
    struct Place {
        let picture: Int
        let window: Int
        let head: Int
    }

    init(_ shape: Shape, heads: Int, windows: Int) {
        tokens = shape[0] / windows
        self.windows = windows
        self.heads = heads
        stride = shape[1]
        width = shape[1] / 3 / heads
    }

    var scale: Float { 1 / Float(width).squareRoot() }
    /// The number of floats from a query to its key.
    var keys: Int { heads * width }
    /// The number of floats from a query to its value.
    var values: Int { 2 * heads * width }

    /// Returns the index of a window's first token among those of all pictures.
    func firstToken(_ place: Place) -> Int { (place.picture * windows + place.window) * tokens }
    /// Returns the offset of a head's first query in a window.
    func queryOffset(_ place: Place) -> Int { firstToken(place) * stride + place.head * width }
    /// Returns the offset of a head's `[tokens, tokens]` in a window.
    func patternOffset(_ place: Place) -> Int {
        ((place.picture * heads + place.head) * windows + place.window) * tokens * tokens
    }
    /// Returns the offset of a head's bias in `[heads, tokens, tokens]`, or in `[1, tokens, tokens]` for all heads.
    func biasOffset(_ place: Place, _ shape: Shape) -> Int { shape[0] == 1 ? 0 : place.head * tokens * tokens }

    /// Creates work on the rows of all heads, in parts of whole heads or, if there are few heads, of some rows of one.
    ///
    /// Each part packs the right factor of its head, which costs as much as some more rows.
    func work(_ batch: Int, threads: Int, _ body: @escaping (_ place: Place, _ rows: Range<Int>) -> Void) -> TeamWork {
        let units = batch * windows * heads
        let isEven = units.isMultiple(of: threads) || units >= Self.enough
        let pieces = Cut(of: tokens, atLeast: isEven ? tokens : Self.fewRows)
        return TeamWork(count: units * pieces.count) { [self] part, _ in
            let unit = part / pieces.count
            let window = unit / heads
            let place = Place(picture: window / windows, window: window % windows, head: unit % heads)
            body(place, pieces[part % pieces.count])
        }
    }

    /// The number of heads that is enough to keep all threads busy.
    private static let enough = 12
    /// The least number of rows in a part of a head.
    private static let fewRows = 28
}

/// Sets `part` of `values` to zero.
package func zero(_ values: UnsafeMutablePointer<Float>, _ part: Range<Int>) {
    (values + part.lowerBound).update(repeating: 0, count: part.count)
}
