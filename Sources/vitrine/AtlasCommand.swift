import ArgumentParser
import Commands

/// The command that renders all neurons of a model's layers into a folder of web pages.
struct AtlasCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "atlas", abstract: "Render every neuron of a model into a folder of pages.",
        discussion: """
            vitrine atlas vit --layers 'blocks.*.mlp' --neurons 0..<64 --out atlas
            vitrine atlas vit --layers blocks.8 --activations photographs --out activation-atlas
            vitrine atlas --check atlas

            Only missing pictures are rendered, so an interrupted atlas continues where it stopped, and several runs can \
            work in one folder, even on several machines that share it.

            --shard 3/64 renders the fourth of sixty-four parts and makes no pages; --merge makes them when all parts are \
            done. Without --shard, the part is taken from the environment: SLURM_ARRAY_TASK_ID, JOB_COMPLETION_INDEX (with \
            VITRINE_SHARDS), OMPI_COMM_WORLD_RANK or PMI_RANK.

            Exits with 0 if all pictures exist, 1 if some are missing, 2 if an error occurred, and 130 after Ctrl-C.
            """)

    @Argument(help: "The model: a built-in model's name, a path, or a name that `vitrine download` knows.")
    var model: String?

    @Option(help: ArgumentHelp("Layers: 'blocks.*.mlp'. May be given several times.", valueName: "pattern"))
    var layers: [String] = []

    @Option(
        help: ArgumentHelp(
            "A dictionary of latents, whose latents are rendered: a path, or a repository of the hub.",
            valueName: "file"))
    var dictionary: String?

    @Option(help: ArgumentHelp("The layer that the dictionary reads: blocks.8.", valueName: "layer"))
    var on: String?

    @Option(help: ArgumentHelp("The neurons of each layer: 0..<64, or 7. The default is all.", valueName: "range"))
    var neurons: String?

    @Option(name: [.long, .customShort("o")], help: ArgumentHelp("The folder to render into.", valueName: "folder"))
    var out = "atlas"

    @Option(help: "The number of pictures of each neuron; with two or more, the pages show how well they agree.")
    var seeds = 1

    @Option(help: "The recipe: \(AtlasTool.recipes.joined(separator: ", ")).")
    var recipe = "vitrine"

    @Option(help: "The number of gradient steps. The default is the recipe's.")
    var steps: Int?

    @Option(help: "The pictures' width and height in pixels. The default is the recipe's.")
    var size: Int?

    @Option(help: "The seed.")
    var seed = 0

    @Option(help: "The model's input size in pixels: 256, or height and width, 256x128. The default is the model's.")
    var inputSize: String?

    @Option(
        help: ArgumentHelp(
            "A folder of photographs; the pages show those that activate each neuron most.", valueName: "folder"))
    var photographs: String?

    @Option(
        help: """
            With photographs, what to measure of whether pictures are to be trusted: none, brief, or full, which needs \
            twice as many pictures.
            """)
    var trust = "brief"

    @Option(
        help: ArgumentHelp(
            "Make an activation atlas of the photographs in a folder, of the one layer in --layers.",
            valueName: "folder"))
    var activations: String?

    @Option(help: "How many cells an activation atlas has along each side.")
    var side = 8

    @Option(help: "How many patches of the photographs an activation atlas takes, at most.")
    var patches = 20_000

    @Option(help: "How many patches a cell of an activation atlas needs.")
    var least = 3

    @Option(help: ArgumentHelp("Render one part of the work: 3/64.", valueName: "part"))
    var shard: String?

    @Flag(help: "Only estimate the number of pictures, the time and the disk space.")
    var plan = false

    @Flag(help: "Render on a Slurm cluster, as an array job. All nodes must share the folder.")
    var slurm = false

    @Option(help: "The number of parts on the cluster. By default, each takes about ten minutes.")
    var shards: Int?

    @Option(help: "How many times the cluster tries each part.")
    var tries = 3

    @Option(help: ArgumentHelp("Options for sbatch: '--partition=long --cpus-per-task=4'.", valueName: "options"))
    var sbatch = ""

    @Option(help: ArgumentHelp("List what is missing from an atlas.", valueName: "folder"))
    var check: String?

    @Option(help: ArgumentHelp("Make an atlas's pages from its pictures.", valueName: "folder"))
    var merge: String?

    func validate() throws {
        if [model, check, merge].count(where: { $0 != nil }) != 1 {
            throw ValidationError("Name a model, or give an atlas to --check or --merge.")
        }
        if slurm, model == nil || shard != nil || plan {
            throw ValidationError("--slurm needs a model and cannot be combined with --shard or --plan.")
        }
        if (dictionary == nil) != (on == nil) {
            throw ValidationError("A dictionary reads a layer: --dictionary sae.pt --on blocks.8.")
        }
        if !AtlasTool.trustLevels.contains(trust) {
            throw ValidationError(
                "There is no --trust “\(trust)”. There are: \(AtlasTool.trustLevels.joined(separator: ", ")).")
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
        tool.dictionary = dictionary
        tool.dictionaryLayer = on
        tool.layers = layers
        tool.neurons = neurons
        tool.folder = check ?? merge ?? out
        tool.seeds = seeds
        tool.recipe = recipe
        tool.steps = steps
        tool.size = size
        tool.seed = seed
        tool.photographs = photographs
        tool.trust = trust
        tool.activations = activations
        tool.side = side
        tool.patches = patches
        tool.least = least
        tool.shard = shard
        tool.shards = shards
        tool.tries = tries
        tool.sbatchOptions = sbatch
        if slurm { exitNow(tool.cluster()) }
        exitNow(check != nil ? tool.check() : merge != nil ? tool.merge() : plan ? tool.plan() : tool.make())
    }
}
