/// A straight stroke from one point to another, in pixels. Letters and plots are drawn of these.
struct Segment {
    let start: SIMD2<Double>
    let end: SIMD2<Double>

    /// Returns the squared distance from a point to the nearest point of the segment.
    func squaredDistance(from point: SIMD2<Double>) -> Double {
        let line = end - start
        let length = (line * line).sum()
        let offset = point - start
        let along = length > 0 ? min(max((offset * line).sum() / length, 0), 1) : 0
        let rest = offset - line * along
        return (rest * rest).sum()
    }
}
