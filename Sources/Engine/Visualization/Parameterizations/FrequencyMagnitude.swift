import Foundation
import Platform

/// The magnitude of each frequency in natural pictures, for each channel of the decorrelated colors.
///
/// It is given at a few frequencies and interpolated between them on a log-log scale, since natural spectra are nearly
/// powers of the frequency.
public struct FrequencyMagnitude: Codable, Hashable, Sendable {
    /// The frequencies in cycles per pixel, ascending, above 0.
    public var frequencies: [Float]
    /// The magnitude at each frequency: brightness, and the two colors. Only ratios matter.
    public var channels: [[Float]]

    /// Creates the magnitudes of three channels.
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

    /// The mean over 1,500 photographs of the kind that the built-in models were trained on, 224 pixels wide, channel by
    /// channel.
    ///
    /// Source: `training/magnitudes.py`, which measures them before color and sigmoid.
    public static let trainingImages = FrequencyMagnitude(
        frequencies: [
            0.0063, 0.0131, 0.0248, 0.0406, 0.0601, 0.0842, 0.1152, 0.1586, 0.2089, 0.2591, 0.3208, 0.4056, 0.4766,
        ],
        channels: [
            [19711, 7064, 3415, 1692, 1041, 679, 460, 311, 221, 167, 124, 85, 65],
            [15995, 6096, 2932, 1479, 891, 556, 361, 237, 163, 125, 98, 77, 66],
            [14302, 5678, 2885, 1563, 1025, 724, 516, 336, 227, 174, 138, 110, 97],
        ])

    /// Returns the magnitude of a channel at a frequency; 0 at frequency 0.
    ///
    /// The mean of a channel is left out: it tints the whole picture and tells nothing about the target. Beyond the given
    /// frequencies the outermost slopes are extrapolated.
    package func value(channel: Int, at frequency: Float) -> Float {
        guard frequency > 0 else { return 0 }
        let values = channels[channel]
        guard frequencies.count > 1 else { return values[0] }
        let above = frequencies.firstIndex { $0 >= frequency } ?? frequencies.count - 1
        let (low, high) = (max(above, 1) - 1, max(above, 1))
        let fraction = log(frequency / frequencies[low]) / log(frequencies[high] / frequencies[low])
        return exp(log(values[low]) + fraction * (log(values[high]) - log(values[low])))
    }

    /// Throws if the magnitudes are not a valid spectrum.
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
