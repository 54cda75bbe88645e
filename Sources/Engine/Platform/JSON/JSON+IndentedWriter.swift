extension JSON {
    /// The value as nbformat writes notebooks: one line for each element and member, indented by one space per level.
    ///
    /// Names are sorted. Numbers and depth are treated as in ``bytes``.
    package var indentedBytes: [UInt8] {
        var output: [UInt8] = []
        writeIndented(to: &output, depth: 0)
        return output
    }

    private func writeIndented(to output: inout [UInt8], depth: Int) {
        guard depth < JSON.depthLimit else {
            output.append(contentsOf: (isContainer ? JSON.null : self).bytes)
            return
        }
        switch self {
        case .array(let elements) where !elements.isEmpty:
            output.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                beginLine(first: index == 0, in: &output, depth: depth + 1)
                element.writeIndented(to: &output, depth: depth + 1)
            }
            endLines("]", in: &output, depth: depth)
        case .object(let members) where !members.isEmpty:
            output.append(UInt8(ascii: "{"))
            for (index, name) in members.keys.sorted().enumerated() {
                beginLine(first: index == 0, in: &output, depth: depth + 1)
                output.append(contentsOf: JSON.string(name).bytes)
                output.append(contentsOf: ": ".utf8)
                members[name]?.writeIndented(to: &output, depth: depth + 1)
            }
            endLines("}", in: &output, depth: depth)
        default: output.append(contentsOf: bytes)
        }
    }

    private var isContainer: Bool { array != nil || object != nil }

    private func beginLine(first isFirst: Bool, in output: inout [UInt8], depth: Int) {
        if !isFirst { output.append(UInt8(ascii: ",")) }
        output.append(UInt8(ascii: "\n"))
        output.append(contentsOf: repeatElement(UInt8(ascii: " "), count: depth))
    }

    private func endLines(_ bracket: Unicode.Scalar, in output: inout [UInt8], depth: Int) {
        output.append(UInt8(ascii: "\n"))
        output.append(contentsOf: repeatElement(UInt8(ascii: " "), count: depth))
        output.append(UInt8(ascii: bracket))
    }
}
