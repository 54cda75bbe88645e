import Cells

/// `help(render)`; `render?` opens the same text in the pager.
enum HelpCommand {
    static func make(commands: @escaping @Sendable () -> [Signature]) -> Command {
        Command(
            Signature(
                "help",
                [
                    Parameter(
                        label: nil, name: "subject", .any, default: "nil",
                        summary: "a command or any value; without one, every command is listed")
                ],
                summary: "Explains a command or a value.",
                example: "help(render)")
        ) { arguments, context in
            let bundle =
                if arguments.wasGiven("subject"), let subject = arguments["subject"] {
                    explanation(of: subject)
                } else {
                    overview(of: commands() + [arguments.signature])
                }
            context.run.execution.display(bundle)
            return .void
        }
    }

    /// What is known of a value: a command's declaration, or an object's card and members.
    static func explanation(of value: Value) -> MIMEBundle {
        if let callable = value.function { return help(for: callable.signature) }
        if let object = value.object { return help(for: object) }
        return bundle(for: value)
    }
}
