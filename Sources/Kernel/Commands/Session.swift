import Cells
import Jupyter
import VitrineEngine

/// The runner of the kernel's cells: the interpreter with Vitrine's commands, and the warm models.
package final class Session: CellRunner {
    /// The name, version and language that the kernel announces.
    package let language = LanguageInformation(
        implementation: "vitrine", implementationVersion: vitrineVersion,
        banner: "Vitrine \(vitrineVersion): look at what vision models have learned. Try `models()`, or `help()`.",
        version: "6.3", helpLinks: [("Swift", "https://docs.swift.org/swift-book/")])

    private let interpreter: Interpreter
    private let store: ModelStore
    private let recent = RecentCells()
    private let widgets = OpenWidgets()

    /// Creates an empty session, whose cache of pictures is where the environment says.
    package convenience init() {
        self.init(loader: EngineLoader.load, pictures: PictureCache(environment: .process))
    }

    /// Creates an empty session with a loader of models and a cache of pictures; nil for no cache.
    package init(loader: @escaping ModelLoader = EngineLoader.load, pictures: PictureCache?) {
        store = ModelStore(loader: loader)
        let names = ModelNames()
        let commands = CommandList(
            store: store, pictures: pictures, recent: recent, widgets: widgets, names: names)
        interpreter = Interpreter(
            globals: Dictionary(uniqueKeysWithValues: commands.all.map { ($0.signature.name, .function($0)) }))
        names.search(in: interpreter)
    }

    /// Runs a cell on the calling thread, and keeps its output for `last()`.
    package func execute(_ code: String, in execution: Execution) -> CellOutcome {
        let outcome = outcome(of: code, in: execution)
        recent.add(execution, outcome)
        return outcome
    }

    private func outcome(of code: String, in execution: Execution) -> CellOutcome {
        let run = CellRun(code, execution)
        do throws(CellError) {
            let result = try interpreter.run(code, in: run)
            // A render that is interrupted returns its picture, but the cell was interrupted nevertheless.
            if run.isCancelled { return .failure(.interrupted) }
            switch result {
            case .none: return .success(result: nil, payload: run.payload)
            case .value(let value):
                return .success(result: run.hasShown(value) ? nil : bundle(for: value), payload: run.payload)
            case .inspect(let path):
                return .success(
                    result: nil, payload: run.payload + [Payload.page(try explanation(of: path, in: run))])
            }
        } catch {
            return .failure(CellFailure(error))
        }
    }

    /// Evaluates each expression as a cell of its own.
    package func evaluate(_ expressions: [String: String], in execution: Execution) -> [String: ExpressionOutcome] {
        let run = CellRun("", execution)
        return expressions.mapValues { expression in
            do throws(CellError) {
                return .value(bundle(for: try interpreter.evaluate(expression, in: run)))
            } catch {
                return .failure(CellFailure(error))
            }
        }
    }

    /// Returns completions at the cursor; can be called while a cell runs.
    package func complete(_ code: String, cursor: Int) -> Completions {
        Completions(interpreter.completions(in: code, cursor: cursor))
    }

    /// Returns the help for the code at the cursor; can be called while a cell runs.
    package func inspect(_ code: String, cursor: Int, detail: Int) -> MIMEBundle? {
        interpreter.inspection(in: code, cursor: cursor).map(help(for:))
    }

    /// Returns whether the cell is complete.
    package func completeness(of code: String) -> Jupyter.Completeness {
        switch interpreter.completeness(of: code) {
        case .complete: .complete
        case .incomplete(let indent): .incomplete(indent: indent)
        case .invalid: .invalid
        }
    }

    /// The variables and the warm models.
    package var unsavedState: [String] {
        UnsavedState(variables: interpreter.variables.keys, models: store.loaded).words
    }

    /// The comms of the widgets.
    package var openComms: [String: String] { widgets.comms }

    /// Passes an event to the widgets, and returns their answers.
    package func receive(_ event: CommEvent) -> [CommEvent] { widgets.receive(event) }

    /// Returns the text that `path?` opens in the pager.
    private func explanation(of path: String, in run: CellRun) throws(CellError) -> MIMEBundle {
        if let target = interpreter.inspection(in: path, cursor: path.unicodeScalars.count) { return help(for: target) }
        return HelpCommand.explanation(of: try interpreter.evaluate(path, in: run))
    }
}

/// Every command that cells can call.
struct CommandList {
    /// The commands in the order in which `help()` and the documentation list them.
    let all: [Command]

    init(
        store: ModelStore, pictures: PictureCache? = nil, recent: RecentCells = RecentCells(),
        widgets: OpenWidgets = OpenWidgets(), names: ModelNames = ModelNames()
    ) {
        let commands =
            ModelCommands(store: store).all + RenderCommands(store: store, pictures: pictures).all
            + [DreamCommand.dream, ExploreCommand.make(widgets, names), AtlasCommand.atlas]
            + ObjectiveKinds.commands + TensorCommands(store: store).all + HeatMapCommands(store: store).all
            + PhotographCommands().all + [LabelCommand.label, DirectionCommand.direction]
            + [DictionaryCommand.dictionary, ConceptsCommand.concepts, MonosemanticityCommand.monosemanticity]
            + StudyCommands.all
            + FeatureCommands.all
            + CauseCommands.all + FileCommands.all + OutputCommands.all(recent)
            + InputCommands.all + PlotCommands.all + [DoctorCommand.doctor]
        let signatures = commands.map(\.signature)
        all = commands.map(\.waitingForDisks) + [HelpCommand.make { signatures }]
    }
}

extension CellFailure {
    /// Converts a cell's error to the failure that the front-end shows.
    init(_ error: CellError) {
        if error.kind == .interrupted {
            self = .interrupted
        } else {
            self.init(
                name: error.name, message: error.message,
                traceback: error.text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init))
        }
    }
}

extension Completions {
    /// Converts the interpreter's completions, with JupyterLab's types and signatures.
    init(_ list: CompletionList) {
        let types = list.items.map { item -> JSON in
            [
                "text": .string(item.text), "type": .string(item.kind.rawValue), "signature": .string(item.detail),
                "start": .integer(list.start), "end": .integer(list.end),
            ]
        }
        self.init(
            matches: list.items.map(\.text), start: list.start, end: list.end,
            metadata: ["_jupyter_types_experimental": .array(types)])
    }
}
