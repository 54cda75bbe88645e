import Cells
import VitrineEngine

extension Arguments {
    /// The argument `seed`, where the randomness starts: any whole number, negative ones too.
    var seed: UInt64 {
        get throws { UInt64(bitPattern: Int64(try integer("seed"))) }
    }

    /// The argument `size` as a picture for a model: its longer side, the other one in the shape of the model's input, or
    /// its height and width; nil where it is left out.
    func pictureSize(for model: Model) throws -> PixelSize? {
        if let side = optionalInteger("size") { return model.inputSize.scaled(toLongerSide: side) }
        guard let sides = optionalList("size")?.compactMap(\.integer) else { return nil }
        guard sides.count == 2 else {
            throw complaint(
                about: "size", "`size` must be a side, or a height and a width: `size: [256, 128]`.")
        }
        return PixelSize(width: sides[1], height: sides[0])
    }

    /// The argument `recipe`: how pictures are sought.
    var recipe: RecipeName {
        get throws { RecipeName(rawValue: try choice("recipe")) ?? .vitrine }
    }
}

// What commands that make many pictures by one recipe take.
extension Cells.Parameter {
    /// How many steps each picture takes.
    static let recipeSteps = Self(
        "steps", .optional(.integer), default: "nil",
        summary: "how many gradient steps; the recipe's own number if left out")
    /// How large the pictures are.
    static let pictureSize = Self(
        "size", .optional(.integer), default: "nil",
        summary: "the pictures' longer side in pixels; the recipe's own if left out")
    /// Which recipe they are sought by: one that needs no photographs.
    static let recipe = Self(
        "recipe", .symbol(RecipeName.withoutReferences.map(\.rawValue)), default: ".vitrine",
        summary: "the recipe; `help(render)` explains each")
}

extension [Argument] {
    /// The index that a cell asks for in a subscript; nil where it asks for something else than one whole number.
    ///
    /// - Parameters:
    ///   - what: what is counted: "picture".
    ///   - count: how many there are.
    ///   - place: where: "this sheet".
    /// - Throws: ``EngineError`` `.outOfRange` where there is none of this index.
    func index(of what: String, below count: Int, in place: String) throws -> Int? {
        guard self.count == 1, let index = self[0].value.integer else { return nil }
        guard (0..<count).contains(index) else {
            throw EngineError.outOfRange(what: what, index: index, count: count, place: place)
        }
        return index
    }
}
