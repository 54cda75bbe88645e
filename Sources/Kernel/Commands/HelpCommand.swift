import Cells
import Foundation
import Jupyter
import VitrineEngine

/// The command `help`. `help(render)` shows the text that `render?` opens in the pager.
enum HelpCommand {
    private static let subject = Argument<Value>(
        "subject", label: nil, default: .nothing,
        summary: "a command or any value; without one, every command is listed")

    static func make(commands: @escaping @Sendable () -> [Signature]) -> Command {
        Command(
            Signature(
                "help", [subject],
                summary: "Explains a command or a value.",
                example: "help(render)")
        ) { arguments, run in
            let bundle =
                if arguments.wasGiven(subject) {
                    try named(arguments[subject], commands() + [arguments.signature], arguments)
                        ?? explanation(of: arguments[subject])
                } else {
                    HelpPage(commands() + [arguments.signature]).bundle
                }
            run.execution.display(bundle)
            return .void
        }
    }

    /// Returns the help of a command by its name, `help("render")`, or of a choice such as a recipe, `help(.lucid)`;
    /// nil for other values.
    private static func named(_ value: Value, _ commands: [Signature], _ arguments: Arguments) throws -> MIMEBundle? {
        if case .symbol(let symbol) = value {
            if let recipe = RecipeName(rawValue: symbol.name) { return MIMEBundle(plain: RecipeWords.line(recipe)) }
            let takers = commands.filter { command in
                command.parameters.contains {
                    $0.type.words.contains("`.\(symbol.name)`") || $0.summary.contains(".\(symbol.name)")
                }
            }
            guard !takers.isEmpty else {
                let names = RecipeName.allCases.map(\.rawValue)
                let near = nearestNames(to: symbol.name, among: names, limit: 1).first
                throw arguments.complaint(
                    about: subject,
                    "No command takes `.\(symbol.name)`.\(near.map { " Did you mean `.\($0)`?" } ?? "")")
            }
            let lines = takers.flatMap { command in
                command.parameters.filter {
                    $0.type.words.contains("`.\(symbol.name)`") || $0.summary.contains(".\(symbol.name)")
                }.map { "`\(command.name)(\($0.label ?? $0.name):)`: \($0.summary)" }
            }
            return MIMEBundle(plain: ".\(symbol.name)\n" + lines.joined(separator: "\n"))
        }
        guard let name = value.string else { return nil }
        let plain = name.prefix { $0 != "(" }.trimmingCharacters(in: .whitespaces)
        if let command = commands.first(where: { $0.name == plain }) { return help(for: command) }
        if plain.hasPrefix("."), let recipe = RecipeName(rawValue: String(plain.dropFirst())) {
            return MIMEBundle(plain: RecipeWords.line(recipe))
        }
        let near = nearestNames(to: plain, among: commands.map(\.name), limit: 1).first
        throw arguments.complaint(
            about: subject,
            "There is no command “\(name)”.\(near.map { " Did you mean `\($0)`?" } ?? "") `help()` lists them all.")
    }

    /// Returns the help of a value: a command's declaration, or an object's card and members.
    static func explanation(of value: Value) -> MIMEBundle {
        if let callable = value.function { return help(for: callable.signature) }
        if let object = value.object { return help(for: object) }
        return bundle(for: value)
    }
}
