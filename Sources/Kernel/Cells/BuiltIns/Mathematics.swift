#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The mathematical functions.
enum Mathematics {
    static let all: [BuiltIn] =
        functions.map { name, summary, body in
            Command(
                Signature(
                    name, [x], result: .number, summary: summary,
                    example: "\(name)(2.0)", isPure: true
                ).strict
            ) { arguments in .number(body(arguments[x])) }
        } + [
            absolute, power, arcTangent, remainder, hypotenuse, extreme("min", "The least"),
            extreme("max", "The greatest"),
        ]

    private static let x = Argument<Double>("x", label: nil)
    private static let y = Argument<Double>("y", label: nil)
    private static let size = Argument<Value>("x", label: nil, type: .oneOf([.integer, .number]))
    private static let first = Argument<Value>("x", label: nil)
    private static let second = Argument<Value>("y", label: nil)
    private static let more = Argument<[Value]>.variadic("more", label: nil)

    private static let functions: [(String, String, @Sendable (Double) -> Double)] = [
        ("sqrt", "The square root.", { $0.squareRoot() }),
        ("exp", "e to the power of x.", { exp($0) }),
        ("log", "The natural logarithm.", { log($0) }),
        ("log2", "The logarithm to base 2.", { log2($0) }),
        ("log10", "The logarithm to base 10.", { log10($0) }),
        ("sin", "The sine of an angle in radians.", { sin($0) }),
        ("cos", "The cosine of an angle in radians.", { cos($0) }),
        ("tan", "The tangent of an angle in radians.", { tan($0) }),
        ("tanh", "The hyperbolic tangent.", { tanh($0) }),
        ("floor", "The nearest whole number below.", { $0.rounded(.down) }),
        ("ceil", "The nearest whole number above.", { $0.rounded(.up) }),
        ("round", "The nearest whole number, halves away from zero.", { $0.rounded() }),
    ]

    private static let absolute = BuiltIn(
        Signature(
            "abs", [size], result: .number,
            summary: "The magnitude, without the sign.", example: "abs(-3)", isPure: true
        ).unifying
    ) { arguments in
        switch arguments[size] {
        case .integer(let value):
            guard value != .min else {
                throw CellError(.arithmetic, "The magnitude of \(value) does not fit in a whole number.")
            }
            return .integer(abs(value))
        case let value: return .number(abs(value.number ?? 0))
        }
    }

    private static let power = BuiltIn(
        two("pow", x, y, "x to the power of y.", "pow(2.0, 0.5)")
    ) { arguments in .number(pow(arguments[x], arguments[y])) }

    private static let arcTangent = BuiltIn(
        two("atan2", y, x, "The angle of a point in radians.", "atan2(1.0, 1.0)")
    ) { arguments in .number(atan2(arguments[y], arguments[x])) }

    private static let remainder = BuiltIn(
        two("fmod", x, y, "The remainder of a division.", "fmod(5.5, 2.0)")
    ) { arguments in .number(arguments[x].truncatingRemainder(dividingBy: arguments[y])) }

    private static let hypotenuse = BuiltIn(
        two("hypot", x, y, "The length of a vector.", "hypot(3.0, 4.0)")
    ) { arguments in .number(hypot(arguments[x], arguments[y])) }

    private static func two(
        _ name: String, _ first: Argument<Double>, _ second: Argument<Double>, _ summary: String, _ example: String
    ) -> Signature {
        Signature(
            name, [first, second], result: .number, summary: summary, example: example, isPure: true
        ).strict
    }

    private static func extreme(_ name: String, _ summary: String) -> BuiltIn {
        BuiltIn(
            Signature(
                name, [first, second, more], result: .any, summary: "\(summary) of some values.",
                example: "\(name)(3, 5)", isPure: true
            ).unifying
        ) { arguments in
            let values = [arguments[first], arguments[second]] + arguments[more]
            if let whole = values.first(where: { $0.integer != nil }),
                let other = values.first(where: { $0.number != nil && $0.integer == nil })
            {
                throw Operators.mixed(name, whole, other, whole: "")
            }
            return try Extremes.best(of: values, name == "min" ? "<" : ">")
        }
    }
}

/// The least or greatest of several values.
enum Extremes {
    static func best(of values: [Value], _ operation: String) throws -> Value {
        guard var best = values.first else { return .nothing }
        for value in values.dropFirst() {
            guard let isBetter = Operators.ordered(operation, value, best) else {
                throw CellError(
                    .wrongType,
                    "\(sentence(value.descriptiveWords)) and \(best.descriptiveWords) cannot be ordered.")
            }
            if isBetter { best = value }
        }
        return best
    }
}
