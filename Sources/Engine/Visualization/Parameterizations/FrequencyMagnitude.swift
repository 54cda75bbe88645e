import Foundation

/// How strong each frequency is in natural pictures, channel by channel of the decorrelated colours.
///
/// Given at a few frequencies and interpolated between them in the logarithms of both, as natural spectra are nearly
/// powers of the frequency.
public struct FrequencyMagnitude: Codable, Hashable, Sendable {
    /// In cycles per pixel, ascending, above 0.
    public var frequencies: [Float]
    /// The magnitude at each frequency: brightness, and the two colours. Only ratios matter.
    public var channels: [[Float]]

    /// A magnitude of three channels.
    public init(frequencies: [Float], channels: [[Float]]) {
        self.frequencies = frequencies
        self.channels = channels
    }

    /// The mean over ImageNet of the first decorrelated channel, taken for all three.
    ///
    /// Source: Fel et al. 2023, arXiv:2306.06805, the published spectrum.
    public static let imageNet = FrequencyMagnitude(
        frequencies: [0.0075, 0.025, 0.06, 0.11, 0.21, 0.31, 0.41, 0.5],
        channels: Array(repeating: [17791, 4015, 1211, 482, 153, 57, 17.5, 2.9], count: 3))

    /// The magnitude of a channel at a frequency; 0 at frequency 0.
    ///
    /// The mean of a channel is left out: it is a tint of the whole picture that says nothing of the target. Beyond the
    /// given frequencies the outermost slopes go on.
    package func value(channel: Int, at frequency: Float) -> Float {
        guard frequency > 0 else { return 0 }
        let values = channels[channel]
        guard frequencies.count > 1 else { return values[0] }
        let above = frequencies.firstIndex { $0 >= frequency } ?? frequencies.count - 1
        let (low, high) = (max(above, 1) - 1, max(above, 1))
        let way = log(frequency / frequencies[low]) / log(frequencies[high] / frequencies[low])
        return exp(log(values[low]) + way * (log(values[high]) - log(values[low])))
    }

    /// Throws when it is no spectrum.
    func validate() throws(EngineError) {
        let isAscending = zip(frequencies, frequencies.dropFirst()).allSatisfy { $0 < $1 }
        let isPositive = (frequencies + channels.flatMap { $0 }).allSatisfy { $0 > 0 && $0.isFinite }
        guard isAscending, isPositive, !frequencies.isEmpty, channels.count == 3,
            channels.allSatisfy({ $0.count == frequencies.count })
        else {
            throw .invalidValue(
                what: "The magnitude of the frequencies", found: "\(frequencies.count) frequencies",
                expected: "ascending frequencies above 0 with a magnitude above 0 for each of three channels")
        }
    }
}
