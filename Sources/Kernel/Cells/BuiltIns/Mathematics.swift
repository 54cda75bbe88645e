#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Functions of numbers.
enum Mathematics {
    static let all: [Command] =
        functions.map { name, summary, body in
            Command(
                Signature(
                    name, [Parameter(label: nil, name: "x", .number)], result: .number, summary: summary,
                    example: "\(name)(2.0)", isPure: true
                ).strict
            ) { arguments, _ in
                .number(body(try arguments.number("x")))
            }
        } + [
            absolute, power, arcTangent, remainder, hypotenuse, extreme("min", "The least"),
            extreme("max", "The greatest"),
        ]

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

    private static let absolute = Command(
        Signature(
            "abs", [Parameter(label: nil, name: "x", .oneOf([.integer, .number]))], result: .number,
            summary: "The magnitude, without the sign.", example: "abs(-3)", isPure: true
        ).unifying
    ) { arguments, _ in
        switch try arguments.value("x") {
        case .integer(let value):
            guard value != .min else {
                throw CellError(.arithmetic, "The magnitude of \(value) does not fit in a whole number.")
            }
            return .integer(abs(value))
        case let value: return .number(abs(value.number ?? 0))
        }
    }

    private static let power = Command(
        two("pow", "x", "y", "x to the power of y.", "pow(2.0, 0.5)")
    ) { arguments, _ in
        .number(pow(try arguments.number("x"), try arguments.number("y")))
    }

    private static let arcTangent = Command(
        two("atan2", "y", "x", "The angle of a point in radians.", "atan2(1.0, 1.0)")
    ) { arguments, _ in
        .number(atan2(try arguments.number("y"), try arguments.number("x")))
    }

    private static let remainder = Command(
        two("fmod", "x", "y", "The remainder of a division.", "fmod(5.5, 2.0)")
    ) { arguments, _ in
        .number(try arguments.number("x").truncatingRemainder(dividingBy: try arguments.number("y")))
    }

    private static let hypotenuse = Command(
        two("hypot", "x", "y", "The length of a vector.", "hypot(3.0, 4.0)")
    ) { arguments, _ in
        .number(hypot(try arguments.number("x"), try arguments.number("y")))
    }

    private static func two(_ name: String, _ x: String, _ y: String, _ summary: String, _ example: String)
        -> Signature
    {
        Signature(
            name, [Parameter(label: nil, name: x, .number), Parameter(label: nil, name: y, .number)],
            result: .number, summary: summary, example: example, isPure: true
        ).strict
    }

    private static func extreme(_ name: String, _ summary: String) -> Command {
        Command(
            Signature(
                name,
                [
                    Parameter(label: nil, name: "x", .any), Parameter(label: nil, name: "y", .any),
                    Parameter(label: nil, name: "more", .any, isVariadic: true),
                ], result: .any, summary: "\(summary) of some values.",
                example: "\(name)(3, 5)", isPure: true
            ).unifying
        ) { arguments, _ in
            let values = try [arguments.value("x"), arguments.value("y")] + arguments.list("more")
            if let whole = values.first(where: { $0.integer != nil }),
                let other = values.first(where: { $0.number != nil && $0.integer == nil })
            {
                throw Operators.mixed(name, whole, other, whole: "")
            }
            return try Extremes.best(of: values, name == "min" ? "<" : ">")
        }
    }
}

/// The least or greatest of values that have an order.
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
