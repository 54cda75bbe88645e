import ArgumentParser
import Commands

/// Fetches weights without a notebook: before a journey, or onto a machine whose notebooks have no network.
struct DownloadCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "download", abstract: "Fetch a model's weights, as `load` does in a cell.",
        discussion: """
            They go into the caches that torch.hub and huggingface_hub use too. Prints the path of what `load` \
            will read. HF_HOME, HF_TOKEN, HF_ENDPOINT, TORCH_HOME and proxies count as they do in Python.
            """)

    @Argument(help: "A model's name: vit_b_32, facebook/dinov2-small, timm/mixer_b16_224.goog_in21k_ft_in1k …")
    var name: String?

    @Option(help: "Which of its weights: IMAGENET1K_SWAG_E2E_V1 …")
    var weights: String?

    @Flag(help: "Ask the hub for a newer version than the one in its cache.")
    var update = false

    @Flag(help: "List what is known by name, with size and license.")
    var list = false

    func validate() throws {
        if list == (name != nil) { throw ValidationError("Name a model, or ask for the --list.") }
    }

    func run() throws {
        if list { WeightsDownload.list.forEach { print($0) } }
        if let name { print(try WeightsDownload.run(name, weights: weights, update: update)) }
    }
}
