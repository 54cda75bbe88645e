import Compute
import Foundation

/// The scores of many words for many neurons, computed some words at a time, so that memory does not grow with both.
struct WordScores {
    /// A word's index and its score.
    typealias Scored = (word: Int, score: Double)

    /// The places of each neuron's photographs in `features`, the strongest first.
    private let photographs: [[Int]]
    /// `[photographs, width]`: directions of length 1.
    private let features: [Float]
    /// `[words, width]`.
    private let words: [Float]
    private let width: Int
    private let photographCount: Int
    private let wordCount: Int

    /// The number of cosines that are kept at a time.
    private static let largestPiece = 1 << 24

    /// Prepares the scores.
    ///
    /// - Parameters:
    ///   - lists: the paths of each neuron's photographs, the strongest first. Those without features are left out.
    ///   - features: the photographs' directions by path.
    ///   - words: the words' directions.
    init(_ lists: [[String]], features: [String: [Float]], words: [[Float]]) {
        let paths = Set(lists.joined()).filter { features[$0] != nil }.sorted()
        let places = Dictionary(uniqueKeysWithValues: paths.enumerated().map { ($1, $0) })
        photographs = lists.map { $0.compactMap { places[$0] } }
        self.features = paths.flatMap { features[$0] ?? [] }
        self.words = words.flatMap(\.self)
        width = words.first?.count ?? 0
        photographCount = paths.count
        wordCount = words.count
    }

    /// Returns the best words of each neuron, the best first; equal ones in the order of the words.
    func best(count: Int, threads: Int, progress: (_ done: Int, _ total: Int) -> Void) -> [[Scored]] {
        let sums = sums(threads: threads)
        var best = [[Scored]](repeating: [], count: photographs.count)
        let step = max(1, Self.largestPiece / max(photographCount, photographs.count, 1))
        for start in stride(from: 0, to: wordCount, by: step) {
            let piece = start..<min(start + step, wordCount)
            let scores = SoftWPMI.scores(fits(piece, sums, threads: threads))
            for (neuron, own) in scores.enumerated() {
                best[neuron] = Array(
                    (best[neuron] + own.enumerated().map { (word: piece.lowerBound + $0, score: $1) })
                        .sorted { (-$0.score, $0.word) < (-$1.score, $1.word) }.prefix(count))
            }
            progress(piece.upperBound, wordCount)
        }
        return best
    }

    /// Returns the sum of ``SoftWPMI/power(_:)`` over all words, for each photograph.
    private func sums(threads: Int) -> [Double] {
        filled(photographCount, threads: threads) { photograph in
            (0..<wordCount).reduce(0.0) { $0 + SoftWPMI.power(cosine(photograph, $1)) }
        }
    }

    /// Returns log P(e) of some words, `[neurons][words]`.
    private func fits(_ piece: Range<Int>, _ sums: [Double], threads: Int) -> [[Double]] {
        let choices = filled(photographCount, threads: threads) { photograph in
            piece.map { SoftWPMI.power(cosine(photograph, $0)) / sums[photograph] }
        }
        return filled(photographs.count, threads: threads) { neuron in
            SoftWPMI.fit(photographs[neuron].map { choices[$0] }, words: piece.count)
        }
    }

    /// Returns `count` results that are computed on some threads.
    private func filled<Result: Sendable>(
        _ count: Int, threads: Int, _ body: @Sendable (Int) -> Result
    ) -> [Result] {
        let lock = NSLock()
        nonisolated(unsafe) var results = [Result?](repeating: nil, count: count)
        concurrently(count, threads: threads) { index in
            let result = body(index)
            lock.withLock { results[index] = result }
        }
        return results.compactMap(\.self)
    }

    private func cosine(_ photograph: Int, _ word: Int) -> Float {
        features.withUnsafeBufferPointer { features in
            words.withUnsafeBufferPointer { words in
                var sums = SIMD8<Float>.zero
                var rest: Float = 0
                let (first, second) = (photograph * width, word * width)
                for start in stride(from: 0, to: width, by: 8) {
                    guard start + 8 <= width else {
                        for place in start..<width { rest += features[first + place] * words[second + place] }
                        break
                    }
                    var (x, y) = (SIMD8<Float>.zero, SIMD8<Float>.zero)
                    for lane in 0..<8 {
                        x[lane] = features[first + start + lane]
                        y[lane] = words[second + start + lane]
                    }
                    sums += x * y
                }
                return sums.sum() + rest
            }
        }
    }
}
