import SwiftSyntax

extension Interpreter {
    /// Returns the completions for a position in a cell, finished or not.
    ///
    /// May be called while a cell runs.
    ///
    /// - Parameters:
    ///   - source: the whole cell.
    ///   - cursor: the place, in Unicode scalars from the cell's beginning.
    package func completions(in source: String, cursor: Int) -> CompletionList {
        let text = SourceText(source)
        let offset = text.utf8Offset(ofScalar: cursor)
        let before = SourceText(text.slice(0..<offset))
        let end = before.scalarCount(0..<before.utf8.count)
        guard let tree = try? SyntaxTree(parsing: before),
            let finder = CompletionFinder(tree: tree, interpreter: self)
        else { return CompletionList(start: end, end: end, items: []) }
        let found = finder.find()
        return CompletionList(
            start: end - found.typed.unicodeScalars.count, end: end, items: matching(found.items, found.typed)
        )
    }

    /// Returns the items that begin with the typed text; if none does, those that do when case is ignored.
    private func matching(_ items: [CompletionItem], _ typed: String) -> [CompletionItem] {
        var seen: Set<String> = []
        let unique = items.filter { seen.insert($0.text).inserted }
        let exact = unique.filter { $0.text.hasPrefix(typed) }
        if !exact.isEmpty || typed.isEmpty { return exact }
        return unique.filter { $0.text.lowercased().hasPrefix(typed.lowercased()) }
    }
}

/// Finds what can follow at the end of an unfinished cell.
struct CompletionFinder {
    typealias Found = (typed: String, items: [CompletionItem])

    private let tree: SyntaxTree
    private let interpreter: Interpreter
    private let last: TokenSyntax
    private let values: PureValues

    /// Creates a finder for the end of a cell; nil in a comment, where nothing can be completed.
    init?(tree: SyntaxTree, interpreter: Interpreter) {
        self.tree = tree
        self.interpreter = interpreter
        let trailing = tree.root.endOfFileToken.leadingTrivia.pieces.last
        switch trailing {
        case .lineComment, .docLineComment: return nil
        case .blockComment(let text), .docBlockComment(let text):
            if !text.hasSuffix("*/") || text == "/*/" { return nil }
        default: break
        }
        last = tree.root.endOfFileToken.previousToken(viewMode: .sourceAccurate) ?? tree.root.endOfFileToken
        values = PureValues(tree: tree, scope: interpreter.variablesScope)
    }

    func find() -> Found {
        if let found = insideText() { return found }
        let isAdjacent = last.endPositionBeforeTrailingTrivia.utf8Offset == tree.source.utf8.count
        if last.tokenKind == .colon {
            return ("", choices(prefixedBy: isAdjacent ? " ." : ".") + names(atArgument: false))
        }
        guard isAdjacent else { return ("", names(atArgument: startsArgument)) }
        switch last.tokenKind {
        case .period: return afterPeriod(last, typed: "")
        case .identifier, .keyword, .dollarIdentifier, .wildcard: return word()
        case .integerLiteral, .floatLiteral: return ("", [])
        default: return ("", names(atArgument: startsArgument))
        }
    }

    private var startsArgument: Bool {
        switch last.tokenKind {
        case .leftParen, .comma: true
        default: false
        }
    }

    // MARK: - Words

    private func word() -> Found {
        let typed = last.text
        if let previous = last.previousToken(viewMode: .sourceAccurate), previous.tokenKind == .period {
            return afterPeriod(previous, typed: typed)
        }
        if let parent = last.parent,
            parent.is(IdentifierPatternSyntax.self) || parent.is(FunctionDeclSyntax.self)
        {
            return (typed, [])
        }
        let previous = last.previousToken(viewMode: .sourceAccurate)?.tokenKind
        return (typed, names(atArgument: previous == .leftParen || previous == .comma))
    }

    private func afterPeriod(_ period: TokenSyntax, typed: String) -> Found {
        guard let access = period.parent?.as(MemberAccessExprSyntax.self) else { return (typed, []) }
        guard let base = access.base else { return (typed, choices(prefixedBy: "")) }
        // `3.` is rather the beginning of a fraction.
        guard !base.is(IntegerLiteralExprSyntax.self), let receiver = values.value(of: base) else {
            return (typed, [])
        }
        return (typed, members(of: receiver))
    }

    private func members(of receiver: Value) -> [CompletionItem] {
        Members.declarations(of: receiver).sorted { $0.name < $1.name }.map { member in
            CompletionItem(
                member.name, member.kind == .method ? .method : .property,
                detail: member.signature?.swiftText ?? member.type.words)
        }
    }

    /// Returns the possible values of the parameter at the cursor.
    private func choices(prefixedBy prefix: String) -> [CompletionItem] {
        guard let site = CallSite(around: last), let signature = values.signature(ofCallee: site.callee),
            let parameter = site.parameter(of: signature)
        else { return [] }
        return parameter.type.choices.map { CompletionItem(prefix + $0, .value, detail: parameter.name) }
    }

    // MARK: - Names

    private func names(atArgument: Bool) -> [CompletionItem] {
        (atArgument ? labels() : []) + localNames() + knownNames() + keywords()
    }

    private func labels() -> [CompletionItem] {
        guard let site = CallSite(around: last), let signature = values.signature(ofCallee: site.callee)
        else {
            return []
        }
        return site.openParameters(of: signature).compactMap { parameter in
            parameter.label.map { CompletionItem("\($0): ", .argument, detail: parameter.swiftText) }
        }
    }

    /// Names that this cell declares above the cursor.
    private func localNames() -> [CompletionItem] {
        var items: [CompletionItem] = []
        for token in tree.root.tokens(viewMode: .sourceAccurate) {
            guard case .identifier(let name) = token.tokenKind, token != last, let parent = token.parent
            else { continue }
            if parent.is(IdentifierPatternSyntax.self) || parent.is(ClosureShorthandParameterSyntax.self)
                || parent.is(FunctionParameterSyntax.self)
            {
                items.append(
                    CompletionItem(name, .variable, detail: values.value(ofName: name)?.typeWords ?? ""))
            } else if parent.is(FunctionDeclSyntax.self) {
                items.append(CompletionItem(name, .function))
            }
        }
        return items.sorted { $0.text < $1.text }
    }

    private func knownNames() -> [CompletionItem] {
        let scope = interpreter.variablesScope
        let own = Set(scope.ownVariables.keys)
        let all = scope.visibleNames.filter { !$0.hasPrefix("_") || last.text.hasPrefix("_") }
        let ordered = all.sorted { (own.contains($0) ? 0 : 1, $0) < (own.contains($1) ? 0 : 1, $1) }
        return ordered.compactMap { name in interpreter.value(of: name).map { item(name, $0) } }
    }

    private func item(_ name: String, _ value: Value) -> CompletionItem {
        guard case .function(let function) = value else {
            return CompletionItem(name, .variable, detail: value.typeWords)
        }
        return CompletionItem(
            name, function is TypeName ? .type : .function, detail: function.signature.swiftText)
    }

    private func keywords() -> [CompletionItem] {
        [
            "let", "var", "func", "if", "else", "for", "in", "while", "repeat", "switch", "case", "default",
            "guard",
            "return", "break", "continue", "do", "catch", "throw", "try", "true", "false", "nil", "where",
            "import",
        ].map { CompletionItem($0, .keyword) }
    }

    // MARK: - Text

    /// Returns the completions inside quotes that are still open: the keys of a subscript, or the texts that the host
    /// offers for the parameter; nil outside quotes.
    private func insideText() -> Found? {
        guard let literal = openLiteral() else { return nil }
        let start = literal.openingQuote.endPositionBeforeTrailingTrivia.utf8Offset
        let typed = tree.source.slice(start..<tree.source.utf8.count)
        guard literal.openingPounds == nil, !typed.contains("\\"),
            let site = CallSite(around: literal.openingQuote),
            site.current?.expression.id == ExprSyntax(literal).id
        else { return (typed, []) }
        if site.isSubscript {
            guard let holder = values.value(of: site.callee) else { return (typed, []) }
            return (typed, keys(of: holder))
        }
        guard let signature = values.signature(ofCallee: site.callee),
            let source = site.parameter(of: signature)?.completes
        else { return (typed, []) }
        let receiver = site.callee.as(MemberAccessExprSyntax.self)?.base.flatMap(values.value(of:))
        return (typed, source.items(CompletionRequest(prefix: typed, receiver: receiver)))
    }

    private func openLiteral() -> StringLiteralExprSyntax? {
        var node = last.parent
        for _ in 0..<4 {
            if let literal = node?.as(StringLiteralExprSyntax.self) {
                let isOpen = literal.closingQuote.presence == .missing
                let hasInterpolation = literal.segments.contains { $0.is(ExpressionSegmentSyntax.self) }
                return isOpen && !hasInterpolation ? literal : nil
            }
            node = node?.parent
        }
        return nil
    }

    private func keys(of holder: Value) -> [CompletionItem] {
        switch holder {
        case .object(let object):
            object.subscriptKeys.map { key in
                let element = try? object.subscripted([WrittenArgument(.string(key))])
                return CompletionItem(key, .value, detail: element?.object?.plainText ?? "")
            }
        case .dictionary(let dictionary):
            dictionary.keys.compactMap { key in
                key.string.map { CompletionItem($0, .value, detail: dictionary[key]?.typeWords ?? "") }
            }
        default: []
        }
    }
}
