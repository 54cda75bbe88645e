/// The memory of a batch in training.
final class SparseBatch {
    let rowCount: Int
    let active: Int
    /// x, `[rows, width]`.
    let rows: NumberBuffer
    /// x − c, `[rows, width]`.
    let centered: NumberBuffer
    /// z, `[rows, count]`.
    let before: NumberBuffer
    /// x − x̂, `[rows, width]`.
    let missing: NumberBuffer
    /// x − x̂ − ê, `[rows, width]`.
    let stillMissing: NumberBuffer
    /// The kept latents, `[rows, active]`; −1 for none.
    var latents: [Int32]
    /// Their values, likewise.
    var codes: [Float]
    /// The kept dead latents, `[rows, auxiliaryCount]`; −1 for none.
    var auxiliaryLatents: [Int32] = []
    /// Their values, likewise.
    var auxiliaryCodes: [Float] = []
    /// The dead latents.
    var dead: [Int32] = []
    /// Σ‖x − x̂‖².
    var squaredError = 0.0

    init(rowCount: Int, width: Int, count: Int, active: Int) {
        self.rowCount = rowCount
        self.active = min(active, count)
        rows = NumberBuffer(count: rowCount * width)
        centered = NumberBuffer(count: rowCount * width)
        before = NumberBuffer(count: rowCount * count)
        missing = NumberBuffer(count: rowCount * width)
        stillMissing = NumberBuffer(count: rowCount * width)
        latents = [Int32](repeating: -1, count: rowCount * self.active)
        codes = [Float](repeating: 0, count: rowCount * self.active)
    }
}
