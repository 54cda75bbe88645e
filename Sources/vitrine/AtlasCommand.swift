import ArgumentParser
import Commands

/// Renders every neuron of a model's layers into a folder that is a web site.
struct AtlasCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "atlas", abstract: "Render every neuron of a model into a folder of pages.",
        discussion: """
            vitrine atlas vit --layers 'blocks.*.mlp' --neurons 0..<64 --out atlas
            vitrine atlas --check atlas

            Only what is missing is rendered, so an interrupted atlas goes on where it stood, and several runs can work in \
            one folder, also on several machines that share it.

            --shard 3/64 renders the fourth of sixty-four parts and makes no pages; --merge makes them when all parts are \
            done. Without --shard, the part is the one that the environment names: SLURM_ARRAY_TASK_ID, \
            JOB_COMPLETION_INDEX (with VITRINE_SHARDS), OMPI_COMM_WORLD_RANK or PMI_RANK.

            Exits with 0 when all pictures are there, 1 when some are not, 2 when something is wrong, and 130 after \
            Ctrl-C.
            """)

    @Argument(help: "The model: a built-in model's name, a path, or a name that `vitrine download` knows.")
    var model: String?

    @Option(help: ArgumentHelp("Layers: 'blocks.*.mlp'. May be given several times.", valueName: "pattern"))
    var layers: [String] = []

    @Option(help: ArgumentHelp("Which neurons of each layer: 0..<64, or 7. All if left out.", valueName: "range"))
    var neurons: String?

    @Option(name: [.long, .customShort("o")], help: ArgumentHelp("Where to.", valueName: "folder"))
    var out = "atlas"

    @Option(help: "How many pictures of each neuron; with two or more, the pages say how well they agree.")
    var seeds = 1

    @Option(help: "The recipe: \(AtlasTool.recipes.joined(separator: ", ")).")
    var recipe = "vitrine"

    @Option(help: "How many gradient steps; the recipe's own number if left out.")
    var steps: Int?

    @Option(help: "The pictures' side in pixels; the recipe's own if left out.")
    var size: Int?

    @Option(help: "The seed.")
    var seed = 0

    @Option(help: "The model's input in pixels: a side, or its height and width, 256x128; its own if left out.")
    var inputSize: String?

    @Option(
        help: ArgumentHelp(
            "A folder of photographs; the pages show those that drive each neuron most.", valueName: "folder"))
    var photographs: String?

    @Option(help: ArgumentHelp("Render one part of the work: 3/64.", valueName: "part"))
    var shard: String?

    @Flag(help: "Only estimate the number of pictures, the time and the disk space.")
    var plan = false

    @Flag(help: "Have a Slurm cluster render it, as an array job over a folder that all nodes see.")
    var slurm = false

    @Option(help: "How many parts the cluster renders it in; if left out, parts of about ten minutes each.")
    var shards: Int?

    @Option(help: "How often the cluster tries a part.")
    var tries = 3

    @Option(help: ArgumentHelp("Options for sbatch: '--partition=long --cpus-per-task=4'.", valueName: "options"))
    var sbatch = ""

    @Option(help: ArgumentHelp("Say what an atlas lacks.", valueName: "folder"))
    var check: String?

    @Option(help: ArgumentHelp("Make an atlas's pages from its pictures.", valueName: "folder"))
    var merge: String?

    func validate() throws {
        if [model, check, merge].count(where: { $0 != nil }) != 1 {
            throw ValidationError("Name a model, or an atlas to --check or to --merge.")
        }
        if slurm, model == nil || shard != nil || plan {
            throw ValidationError("--slurm needs a model and cannot be combined with --shard or --plan.")
        }
        if !AtlasTool.recipes.contains(recipe) {
            throw ValidationError(
                "There is no recipe “\(recipe)”. There are: \(AtlasTool.recipes.joined(separator: ", ")).")
        }
    }

    func run() throws {
        var tool = AtlasTool()
        tool.model = model ?? ""
        tool.inputSize = inputSize
        tool.layers = layers.isEmpty ? ["blocks.*.mlp"] : layers
        tool.neurons = neurons
        tool.folder = check ?? merge ?? out
        tool.seeds = seeds
        tool.recipe = recipe
        tool.steps = steps
        tool.size = size
        tool.seed = seed
        tool.photographs = photographs
        tool.shard = shard
        tool.shards = shards
        tool.tries = tries
        tool.submitting = sbatch
        if slurm { leave(tool.cluster()) }
        leave(check != nil ? tool.check() : merge != nil ? tool.merge() : plan ? tool.plan() : tool.make())
    }
}
