import Downloads
import Models
import Platform
import Testing

/// What a person reads when a download comes to nothing: what happened, and what to do next.
@Suite(.timeLimit(.minutes(10))) struct DownloadMessageTests {
    private static let cases: [(DownloadFailure, String)] = [
        (
            .libraryMissing(package: "libcurl4"),
            "libcurl is missing. Install it (on Debian and Ubuntu: `apt install libcurl4`) and try again."
        ),
        (
            .offline(variable: "HF_HUB_OFFLINE", cached: ["vit_b_32 (IMAGENET1K_V1)", "facebook/dinov2-small"]),
            """
            HF_HUB_OFFLINE forbids the use of the network, and it is not in a cache. In the caches: vit_b_32 \
            (IMAGENET1K_V1), facebook/dinov2-small. Without HF_HUB_OFFLINE it can be downloaded.
            """
        ),
        (
            .unknownHost("huggingface.co"),
            """
            the host “huggingface.co” was not found. Is this machine connected to the network? You can \
            also download the file yourself from https://h/x and load it by its path.
            """
        ),
        (
            .cutOff(receivedBytes: 12_000_000, expectedBytes: 330_000_000, reason: "Recv failure"),
            """
            the connection was lost repeatedly (Recv failure), after 12.0 MB of 330 MB. What arrived is \
            kept: the same command resumes from there.
            """
        ),
        (
            .accessDenied(status: 401, page: "https://h/a/b", hasToken: false),
            """
            its page asks to accept terms first, or it is private. Accept them at https://h/a/b, then log in \
            (`hf auth login`, or a token from https://huggingface.co/settings/tokens in HF_TOKEN).
            """
        ),
        (
            .accessDenied(status: 403, page: "https://h/a/b", hasToken: false),
            """
            access is denied. Accept the terms at https://h/a/b, then log in \
            (`hf auth login`, or a token from https://huggingface.co/settings/tokens in HF_TOKEN).
            """
        ),
        (
            .accessDenied(status: 403, page: "https://h/a/b", hasToken: true),
            """
            access is denied to the account of your token. Accept the terms at https://h/a/b with that account; \
            some owners then look at each request, which can take a day.
            """
        ),
        (
            .repositoryMissing(near: ["facebook/dinov2-small"], hasToken: false),
            """
            there is no such repository at https://h/x, or it is private. Did you mean “facebook/dinov2-small”? \
            For a private one, put a token in HF_TOKEN.
            """
        ),
        (
            .tooManyRequests(seconds: 300),
            "the server has received too many requests. It asks to wait 300 seconds."
        ),
        (
            .wrongHash(expected: "d86f8d99", found: "00"),
            """
            the file is damaged or is another one: its hash should begin with d86f8d99 but is 00. The file \
            was removed; the same command fetches it again.
            """
        ),
        (
            .diskFull(folder: "/c", neededBytes: 1_200_000_000, availableBytes: 300_000_000),
            """
            there is no room in “/c”: 1.2 GB are needed and 300 MB are free. TORCH_HOME and HF_HOME move the \
            caches elsewhere.
            """
        ),
        (
            .unsafeName("../../.bashrc"),
            "the repository names a file “../../.bashrc”, which would lie outside the cache. Nothing was written."
        ),
    ]

    @Test(arguments: cases) func reasonsSayWhatToDo(reason: DownloadFailure, words: String) {
        let error = EngineError.downloadFailed(name: "vit_b_32", url: "https://h/x", reason: reason)
        #expect(error.message == "“vit_b_32” could not be downloaded: " + words)
    }

    @Test func unknownWeightsListTheKnown() {
        #expect(
            EngineError.unknownWeights(weights: "V2", model: "vit_b_16", available: ["A", "B"]).message
                == "vit_b_16 has no weights “V2”. It has A, B.")
        #expect(
            EngineError.unknownWeights(weights: "V2", model: "vit", available: []).message
                == "vit has no weights “V2”. It takes no `weights:`.")
    }

    /// Signatures and passwords stay out of messages.
    @Test func secretsAreNotShown() throws {
        let bench = try DownloadBench()
        let port = try TestServer.closedPort()
        let source = ModelSource(
            bench.settings(["HF_ENDPOINT": "http://me:secret@127.0.0.1:\(port)", "HF_TOKEN": "hf_secret"]))
        do {
            _ = try source.resolve("facebook/dinov2-small")
            Issue.record("connected")
        } catch {
            #expect(!error.message.contains("secret") && error.message.contains("http://127.0.0.1:\(port)/"))
        }
    }
}
