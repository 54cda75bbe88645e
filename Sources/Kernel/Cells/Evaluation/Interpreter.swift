/// Runs cells and keeps their variables.
///
/// Variables persist from cell to cell, and also when a cell fails: everything defined before the error stays. All
/// methods may be called from any thread; completion and inspection also work while a cell runs. A cell runs on the
/// thread that calls ``run(_:in:)`` and uses its stack down to the last eighth, so that thread needs a stack of some
/// megabytes.
package final class Interpreter: Sendable {
    let builtIns: Scope
    let variablesScope: Scope

    /// Creates an interpreter with the built-in functions and the host's own commands and values.
    ///
    /// - Parameter globals: the host's names. Cells may hide them, but cannot remove them.
    package init(globals: [String: Value] = [:]) {
        builtIns = Scope(values: BuiltIns.all.merging(globals) { _, host in host })
        variablesScope = Scope(parent: builtIns)
        builtIns.declare("reset", Variable(value: .function(reset), isConstant: true))
    }

    /// The command `reset("render")`, which shows again the command that a variable hides.
    private var reset: BuiltIn {
        let names = Argument<[String]>.variadic(
            "names", label: nil, summary: "which variables; all of them if left out")
        return Command(
            Signature(
                "reset", [names],
                summary: "Forgets variables. A command of the same name shows again.",
                example: "reset(\"render\")")
        ) { [weak self] arguments in
            // The scope is not captured weakly: every access to its variables would be slower.
            guard let scope = self?.variablesScope else { return .void }
            let chosen = arguments[names]
            for name in chosen where scope.ownVariable(name) == nil {
                throw arguments.complaint(
                    about: names,
                    "There is no variable `\(name)`.\(suggestion(of: name, among: scope.ownVariables.keys))")
            }
            for name in chosen.isEmpty ? Array(scope.ownVariables.keys) : chosen { scope.remove(name) }
            return .void
        }
    }

    /// Defines a variable, or gives it a new value, as `let` in a cell does.
    package func define(_ name: String, _ value: Value) {
        variablesScope.declare(name, Variable(value: value, isConstant: true))
    }

    /// Removes a variable; a built-in of that name is visible again.
    package func forget(_ name: String) { variablesScope.remove(name) }

    /// Everything that cells have defined.
    package var variables: [String: Variable] { variablesScope.ownVariables }

    /// Returns the value of a name: a variable, a command or a built-in.
    package func value(of name: String) -> Value? { variablesScope.lookup(name)?.value }

    /// Runs a cell.
    ///
    /// - Parameters:
    ///   - source: the cell's text.
    ///   - context: passed to every command; tells when to stop, and receives what `print` writes.
    /// - Throws: ``CellError`` with its place in the cell.
    package func run(_ source: String, in context: any CellContext) throws(CellError) -> CellResult {
        let magic = try CellMagic(source)
        let query = InspectionQuery(magic.rest)
        let program = try Program(parsing: query?.rest ?? magic.rest)
        let hidden = newlyHidden(by: program)
        let start = ContinuousClock.now
        defer {
            if magic.isTimed {
                context.write("The cell took \(words(of: ContinuousClock.now - start)).\n", toStandardError: false)
            }
        }
        let value = try execute(program, in: context)
        remark(on: program, hiding: hidden, result: value, in: context)
        if let query { return .inspect(path: query.path) }
        guard let value, !value.isVoid else { return .none }
        return .value(value)
    }

    /// Evaluates a single expression, as Jupyter's user expressions need it.
    package func evaluate(_ expression: String, in context: any CellContext) throws(CellError) -> Value {
        try execute(Program(parsing: expression), in: context) ?? .void
    }

    private func execute(_ program: Program, in context: any CellContext) throws(CellError) -> Value? {
        let evaluator = Evaluator(source: program.source, context: context)
        do {
            return try evaluator.run(program.statements, in: variablesScope)
        } catch let error as CellError {
            throw error
        } catch {
            throw CellError(.command, "\(error)", underlying: error)
        }
    }
}

/// Returns a duration with three digits in a suitable unit: "6.28 µs", "12.3 ms", "1.23 s".
private func words(of duration: Duration) -> String {
    let seconds = duration / .seconds(1)
    let (value, unit) =
        seconds < 1e-3 ? (seconds * 1e6, "µs") : seconds < 1 ? (seconds * 1e3, "ms") : (seconds, "s")
    let scale = value < 10 ? 100.0 : value < 100 ? 10 : 1
    let rounded = (value * scale).rounded() / scale
    return (scale == 1 ? "\(Int(rounded))" : "\(rounded)") + " " + unit
}
