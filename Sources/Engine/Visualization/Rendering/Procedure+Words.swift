extension Parameterization: CustomStringConvertible {
    /// The parameterization in words: "Fourier coefficients, decay 1.25, decorrelated colour, sigmoid".
    public var description: String {
        switch self {
        case .pixels(let start, let colour): "pixels from \(start), \(colour)"
        case .fourier(let deviation, let decay, let colour):
            "Fourier coefficients from noise of \(short(deviation)), decay \(short(decay)), \(colour)"
        }
    }
}

extension PictureStart: CustomStringConvertible {
    /// The start in words: "grey .5", "noise 0.5 ± 0.1", "the photograph “x.png”".
    public var description: String {
        switch self {
        case .noise(let mean, let deviation): "noise \(short(mean)) ± \(short(deviation))"
        case .grey(let level): "grey \(short(level))"
        case .photograph(let name): "the photograph “\(name)”"
        }
    }
}

extension Colour: CustomStringConvertible {
    /// The colour in words: "decorrelated colour, sigmoid".
    public var description: String {
        let words = space == .decorrelated ? "decorrelated colour" : "red, green and blue"
        return bound == .sigmoid ? "\(words), sigmoid" : words
    }
}

extension Transform: CustomStringConvertible {
    /// The transform in words: "rotate by −15° … 15°".
    public var description: String {
        switch self {
        case .pad(let pixels, let value): "pad by \(pixels) px of \(short(value))"
        case .jitter(let pixels): "jitter by \(pixels) px"
        case .shift(let pixels): "shift by ±\(short(pixels)) px"
        case .scale(let factor): "enlarge by \(factor)"
        case .view(let part): "look at a part of \(part)"
        case .rotate(let degrees): "rotate by \(degrees) degrees"
        case .blur(let deviation, let size): "blur by \(deviation) px within \(size) px"
        case .colourShift(let gain, let offset): "gain of each colour by e^±\(short(gain)), offset ±\(short(offset))"
        case .noise(let deviation): "noise of \(deviation)"
        case .channelNoise(let deviation): "noise of each colour of \(deviation)"
        case .clamp(let lower, let upper): "clamp to \(short(lower)) … \(short(upper))"
        }
    }
}

extension Optimizer: CustomStringConvertible {
    /// The optimizer in words: "Adam, rate 0.05 → 0.005 (cosine)".
    public var description: String {
        switch self {
        case .adam(let rate, let beta1, let beta2, _):
            "Adam, rate \(rate), β \(short(beta1)) and \(short(beta2))"
        case .ascent(let rate, let normalisation):
            "gradient steps, rate \(rate)"
                + (normalisation == .none ? "" : ", the gradient divided by its \(normalisation.rawValue)")
        }
    }
}

extension Schedule: CustomStringConvertible {
    /// The schedule in words: "0.1", or "0.05 → 0.005 (cosine)".
    public var description: String {
        start == end ? short(start) : "\(short(start)) → \(short(end)) (\(shape.rawValue))"
    }
}

extension Distribution: CustomStringConvertible {
    /// The distribution in words: "0.7 … 1.1", "one of 0.9, 1, 1.1", or "one of 26 from −10 to 10".
    public var description: String {
        switch self {
        case .uniform(let lower, let upper): "\(short(lower)) … \(short(upper))"
        case .oneOf(let values) where values.count > 6:
            "one of \(values.count) from \(short(values.min() ?? 0)) to \(short(values.max() ?? 0))"
        case .oneOf(let values): "one of \(values.map(short).joined(separator: ", "))"
        }
    }
}

/// A number with at most three decimals and a real minus sign.
private func short(_ value: Float) -> String {
    guard value.magnitude < 1e6, value == 0 || value.magnitude >= 0.001 else { return "\(value)" }
    var text = Double(value.magnitude).formatted(digits: 3)
    while text.hasSuffix("0") { text.removeLast() }
    if text.hasSuffix(".") { text.removeLast() }
    return value < 0 ? "−\(text)" : text
}
