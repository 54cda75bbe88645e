extension Arguments {
    /// Binds the arguments of a call to the parameters of a signature.
    ///
    /// Unlabeled values go to the unlabeled parameters in order, labeled ones to the parameter of that label in any order,
    /// a trailing closure to the first free parameter that takes a function.
    ///
    /// - Parameter strictly: whether a whole number is refused for a `Double`, as in Swift.
    /// - Throws: ``CellError`` `.wrongArgument` in the user's words.
    package init(binding written: [WrittenArgument], to signature: Signature, strictly: Bool = false) throws {
        var binder = Binder(signature: signature, isStrict: strictly)
        for (index, argument) in written.enumerated() {
            try binder.take(argument, at: index, of: written)
        }
        try binder.finish()
        self.init(
            signature: signature, values: binder.values, given: binder.given, fractions: binder.fractions)
    }
}

private struct Binder {
    let signature: Signature
    let isStrict: Bool
    var values: [String: Value] = [:]
    var given: [String: Int] = [:]
    var fractions: [String: Double] = [:]
    private var variadics: [String: [Value]] = [:]
    private var openVariadic: Parameter?

    init(signature: Signature, isStrict: Bool) {
        self.signature = signature
        self.isStrict = isStrict
    }

    mutating func take(_ argument: WrittenArgument, at index: Int, of written: [WrittenArgument]) throws {
        let parameter = try parameter(for: argument, at: index, of: written)
        let value = try convert(argument, for: parameter, at: index)
        given[parameter.name] = index
        if let fraction = argument.fraction { fractions[parameter.name] = fraction }
        if parameter.isVariadic {
            variadics[parameter.name, default: []].append(value)
            openVariadic = parameter
        } else {
            values[parameter.name] = value
            openVariadic = nil
        }
    }

    mutating func finish() throws {
        for parameter in signature.parameters where given[parameter.name] == nil {
            if let defaultValue = parameter.defaultValue {
                values[parameter.name] = parameter.type.converted(defaultValue) ?? defaultValue
            } else if parameter.isVariadic {
                variadics[parameter.name] = []
            } else if parameter.defaultText == nil {
                throw missing(parameter)
            }
        }
        for (name, list) in variadics { values[name] = .array(list) }
    }

    // MARK: - Which parameter

    private func parameter(for argument: WrittenArgument, at index: Int, of written: [WrittenArgument]) throws
        -> Parameter
    {
        if argument.isTrailingClosure, argument.label == nil {
            guard
                let parameter = free.first(where: { $0.type.takesFunction })
                    ?? free.first(where: takesAnything)
            else {
                throw complaint(at: index, "`\(signature.name)` takes no closure.")
            }
            return parameter
        }
        guard let label = argument.label else { return try unlabeled(argument, at: index, of: written) }
        guard
            let parameter = signature.parameters.first(where: { $0.label == label })
                ?? signature.parameters.first(where: { $0.label == americanSpelling(label) })
        else {
            throw unknownLabel(label, argument.value, at: index)
        }
        if given[parameter.name] != nil {
            throw complaint(atLabel: index, "`\(label)` appears twice.")
        }
        return parameter
    }

    private func unlabeled(_ argument: WrittenArgument, at index: Int, of written: [WrittenArgument]) throws
        -> Parameter
    {
        if let openVariadic { return openVariadic }
        if let parameter = free.first(where: { $0.label == nil }) { return parameter }
        let labeled = free.filter { $0.label != nil }
        if let parameter = labeled.first(where: { $0.type.converted(argument.value) != nil }),
            let label = parameter.label
        {
            // An object is not written the way it is printed.
            let value = if case .object = argument.value { "…" } else { argument.value.quotedText }
            let example = value.count <= 40 ? "\(label): \(value)" : "\(label): …"
            throw complaint(
                at: index,
                "`\(signature.name)` needs the label `\(label):` before this value: `\(example)`.")
        }
        throw complaint(at: index, tooMany(written.count))
    }

    private func takesAnything(_ parameter: Parameter) -> Bool {
        switch parameter.type {
        case .any, .optional(.any): true
        default: false
        }
    }

    /// An example of a correct call, if the declaration has one on a single line.
    private var example: String {
        signature.example.isEmpty || signature.example.contains("\n") ? "" : " For example: `\(signature.example)`."
    }

    private var free: [Parameter] { signature.parameters.filter { given[$0.name] == nil } }

    // MARK: - Its type

    private func convert(_ argument: WrittenArgument, for parameter: Parameter, at index: Int) throws -> Value {
        if let value = parameter.type.converted(
            argument.value, fraction: argument.fraction, strictly: isStrict && argument.fraction == nil),
            parameter.isReadable(value)
        {
            return value
        }
        let choices = parameter.type.choices
        if case .symbol(let symbol) = argument.value, !choices.isEmpty, !choices.contains(symbol.name) {
            throw complaint(
                at: index,
                "`\(parameter.label ?? parameter.name)` has no choice `.\(symbol.name)`."
                    + suggestion(of: symbol.name, among: choices) { "`.\($0)`" }
                    + " It takes \(parameter.type.words).")
        }
        if let hint = choice(argument.value, among: choices, parameter) { throw complaint(at: index, hint) }
        throw complaint(
            at: index,
            "`\(parameter.label ?? parameter.name)` must be \(parameter.type.words), "
                + "but this is \(argument.value.descriptiveWords)."
                + (isStrict ? Operators.conversion(of: "", argument.value, to: parameter.type) : "") + example
        )
    }

    /// Returns the advice for text where a choice is expected: `.lucid` for `"lucid"`.
    private func choice(_ value: Value, among choices: [String], _ parameter: Parameter) -> String? {
        let texts = value.string.map { [$0] } ?? value.array?.compactMap(\.string) ?? []
        guard !texts.isEmpty, parameter.type.takesChoices else { return nil }
        let names = texts.map { text in
            let plain = text.lowercased().filter { $0 != "_" && $0 != "-" && $0 != " " }
            return choices.first { $0.lowercased() == plain }
                ?? nearestNames(to: text, among: choices, limit: 1).first
                ?? (choices.isEmpty && !text.isEmpty && text.allSatisfy { $0.isLetter || $0.isNumber } ? text : nil)
        }
        guard names.allSatisfy({ $0 != nil }) else {
            return
                "`\(parameter.label ?? parameter.name)` takes a choice, but this is text. It takes \(parameter.type.words)."
        }
        let written = names.compactMap { $0 }.map { ".\($0)" }
        let hint = value.string == nil ? "[\(written.joined(separator: ", "))]" : written[0]
        return "`\(parameter.label ?? parameter.name)` takes a choice, not text: write `\(hint)`."
    }

    // MARK: - Complaints

    private func unknownLabel(_ label: String, _ value: Value, at index: Int) -> CellError {
        if signature.parameters.contains(where: { $0.label == nil && $0.name == label }) {
            return complaint(
                atLabel: index, "`\(signature.name)` takes this argument without a label: leave out `\(label):`.")
        }
        let labels = signature.parameters.compactMap(\.label)
        let problem = "`\(signature.name)` has no argument `\(label)`"
        if let hint = Synonyms.hint(for: label, value, of: signature) {
            return complaint(atLabel: index, "\(problem). \(hint)")
        }
        if let near = nearestNames(to: label, among: labels, limit: 1).first {
            return complaint(atLabel: index, "\(problem). Did you mean `\(near)`?")
        }
        let known = labels.map { "`\($0)`" }.joined(separator: ", ")
        return complaint(atLabel: index, "\(problem). It takes \(labels.isEmpty ? "no labels" : known).")
    }

    private func missing(_ parameter: Parameter) -> CellError {
        let type = if case .any = parameter.type { "" } else { ", \(parameter.type.words)" }
        let what = parameter.label.map { "`\($0):`" } ?? "`\(parameter.name)`"
        return CellError(
            .wrongArgument, "`\(signature.name)` needs \(what)\(type).",
            notes: [CellError.Note("It is declared as `\(signature.swiftText)`.")])
    }

    private func tooMany(_ count: Int) -> String {
        let most = signature.parameters.count
        let takes = most == 0 ? "no arguments" : most == 1 ? "1 argument" : "\(most) arguments"
        return "`\(signature.name)` takes \(takes) and was given \(count)."
    }

    private func complaint(at index: Int, _ message: String) -> CellError {
        var error = CellError(.wrongArgument, message)
        error.argument = index
        return error
    }

    private func complaint(atLabel index: Int, _ message: String) -> CellError {
        var error = complaint(at: index, message)
        error.isAboutLabel = true
        return error
    }
}
