import ArgumentParser
import Commands

/// The command that downloads weights without a notebook, for later use without a network.
struct DownloadCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "download", abstract: "Download a model's weights, as `load` does in a cell.",
        discussion: """
            They are stored in the caches of torch.hub and huggingface_hub. Prints the path that `load` will read. \
            HF_HOME, HF_TOKEN, HF_ENDPOINT, TORCH_HOME and proxy variables work as they do in Python.
            """)

    @Argument(help: "A model's name: vit_b_32, facebook/dinov2-small, timm/mixer_b16_224.goog_in21k_ft_in1k …")
    var name: String?

    @Option(help: "Which of the model's weights: IMAGENET1K_SWAG_E2E_V1 …")
    var weights: String?

    @Flag(help: "Ask the hub for a newer version than the one in its cache.")
    var update = false

    @Flag(help: "List the models that are known by name, with size and license.")
    var list = false

    func validate() throws {
        if list == (name != nil) { throw ValidationError("Name a model, or use --list.") }
    }

    func run() throws {
        if list { WeightsDownload.list.forEach { print($0) } }
        if let name { print(try WeightsDownload.run(name, weights: weights, update: update)) }
    }
}
