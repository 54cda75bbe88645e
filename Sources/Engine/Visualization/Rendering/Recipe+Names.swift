extension Recipe {
    /// The same recipe for the same weights under another name.
    package func renamed(_ name: String) -> Recipe {
        guard name != model else { return self }
        var recipe = self
        recipe.model = name
        recipe.objectives = objectives.map { objective in
            objective.mapTargets { target in
                var target = target
                if target.model == model { target.model = name }
                return target
            }
        }
        return recipe
    }
}
