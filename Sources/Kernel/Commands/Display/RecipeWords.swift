import VitrineEngine

/// Descriptions of the named recipes: their purpose and how long they take.
enum RecipeWords {
    /// The input size for which times are compared; they hardly depend on it.
    private static let input = PixelSize(width: 224, height: 224)

    /// A list of all recipes, in Markdown.
    static var list: String {
        let usual = RecipeName.vitrine.cost(for: input)
        return "Recipes, what each is for, and how long it takes compared with the default of "
            + "\(RecipeName.vitrine.steps()) steps:\n\n"
            + RecipeName.allCases.map { "- `.\($0.rawValue)`: \($0.purpose). \(time($0, usual))." }
            .joined(separator: "\n")
    }

    /// Returns a recipe's purpose and how long it takes.
    static func line(_ name: RecipeName) -> String {
        let usual = RecipeName.vitrine.cost(for: input)
        return ".\(name.rawValue): \(name.purpose). \(time(name, usual)).\n"
            + "`render(objective, recipe: .\(name.rawValue))` makes a picture by it."
    }

    /// Returns the steps and the time, "512 steps, 6.4 × the time", and those for a class, if they differ.
    private static func time(_ name: RecipeName, _ usual: Double) -> String {
        if name == .vitrine { return "\(name.steps()) steps" }
        let (own, forClass) = (words(name, usual), words(name, usual, isClass: true))
        return own == forClass ? own : "\(own); for a class \(forClass)"
    }

    private static func words(_ name: RecipeName, _ usual: Double, isClass: Bool = false) -> String {
        let times = name.cost(for: input, isClass: isClass) / usual
        return "\(name.steps(isClass: isClass)) steps, \(times.formatted(digits: times < 9.95 ? 1 : 0)) × the time"
    }
}
