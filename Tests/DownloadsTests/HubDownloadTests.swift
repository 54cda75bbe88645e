import Downloads
import Foundation
import Models
import Testing

/// A repository of the Hugging Face hub into the cache that huggingface_hub uses too.
@Suite(.timeLimit(.minutes(10))) struct HubDownloadTests {
    private let bench: DownloadBench
    private let name = "facebook/dinov2-tiny"
    private let weights = DownloadBench.noise(200_000)
    private let configuration = Array(#"{"model_type":"dinov2"}"#.utf8)
    private let preprocessor = Array(#"{"crop_size":224}"#.utf8)
    private var folder: String { "\(bench.hubFolder)/models--facebook--dinov2-tiny" }
    private var snapshot: String { "\(folder)/snapshots/\(TestHub.commit)" }

    init() throws { bench = try DownloadBench() }

    private var repository: TestHub.Repository {
        TestHub.Repository(
            files: [
                "config.json": configuration, "preprocessor_config.json": preprocessor,
                "model.safetensors": weights, "pytorch_model.bin": DownloadBench.noise(100, seed: 9),
                "README.md": Array("hello".utf8),
            ],
            large: ["model.safetensors", "pytorch_model.bin"], license: "apache-2.0")
    }

    private func hub(_ change: (inout TestHub.Repository) -> Void = { _ in }) throws -> TestHub {
        var repository = repository
        change(&repository)
        return try TestHub([name: repository])
    }

    @Test func filesLieAsPythonLaysThem() throws {
        let hub = try hub()
        let found = try hub.source(bench).resolve(name)
        #expect(found.path == snapshot && found.name == "dinov2-tiny" && found.license == "apache-2.0")
        #expect(found.origin == "Hugging Face facebook/dinov2-tiny@0123456")
        #expect(found.preprocessing == nil && !found.usesImageNetClasses)
        #expect(bench.files(snapshot) == ["config.json", "model.safetensors", "preprocessor_config.json"])
        #expect(bench.bytes("\(snapshot)/model.safetensors") == weights)
        let hash = DownloadBench.sha256(weights)
        #expect(
            try FileManager.default.destinationOfSymbolicLink(atPath: "\(snapshot)/model.safetensors")
                == "../../blobs/\(hash)")
        #expect(
            bench.files("\(folder)/blobs")
                == [hash, DownloadBench.gitBlob(configuration), DownloadBench.gitBlob(preprocessor)].sorted())
        #expect(bench.bytes("\(folder)/refs/main") == Array(TestHub.commit.utf8))
        #expect(bench.files("\(folder)/.no_exist/\(TestHub.commit)") == ["open_clip_config.json"])
    }

    @Test func whatIsThereIsUsedWithoutAsking() throws {
        let hub = try hub()
        let first = try hub.source(bench).resolve(name)
        let count = hub.server.requests.count
        let second = try hub.source(bench).resolve(name)
        #expect(second.path == first.path && hub.server.requests.count == count)
        #expect(hub.source(bench).downloadable().contains { $0.name == name && $0.isCached })
    }

    @Test func sizeAndLicenseAreToldBeforeTheWeightsMove() throws {
        let hub = try hub()
        var told: [DownloadProgress] = []
        _ = try hub.source(bench).resolve(name) { progress in
            if told.isEmpty {
                #expect(hub.server.requests.allSatisfy { $0.method == "HEAD" || $0.path.hasPrefix("/api") })
            }
            told.append(progress)
        }
        let total = weights.count + configuration.count + preprocessor.count
        #expect(told.first?.plan == told.last?.plan)
        #expect(told.first?.plan.totalBytes == total && told.first?.plan.license == "apache-2.0")
        #expect(told.last?.doneBytes == total)
        #expect(Set(told.map(\.fileName)) == ["", "config.json", "preprocessor_config.json", "model.safetensors"])
    }

    @Test func hubsWithoutListingsAreAskedForEachFile() throws {
        let hub = try hub {
            $0.hasListing = false
            $0.files["model.safetensors"] = nil
        }
        let found = try hub.source(bench).resolve(name)
        #expect(bench.files(found.path) == ["config.json", "preprocessor_config.json", "pytorch_model.bin"])
        #expect(
            bench.files("\(folder)/.no_exist/\(TestHub.commit)")
                == ["model.safetensors", "model.safetensors.index.json", "open_clip_config.json"])
        #expect(hub.asked.first == "HEAD /facebook/dinov2-tiny/resolve/main/config.json")
        // What the first answer said of the commit holds for the rest.
        #expect(hub.asked.dropFirst().allSatisfy { $0.contains("/resolve/\(TestHub.commit)/") })
        let count = hub.server.requests.count
        _ = try hub.source(bench).resolve(name)
        #expect(hub.server.requests.count == count)
    }

    @Test func partsAreFetchedByTheirIndex() throws {
        let parts = ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"]
        let index = #"{"metadata":{},"weight_map":{"a":"\#(parts[1])","b":"\#(parts[0])","c":"\#(parts[0])"}}"#
        let hub = try hub {
            $0.files["model.safetensors"] = nil
            $0.files["model.safetensors.index.json"] = Array(index.utf8)
            for (number, part) in parts.enumerated() {
                $0.files[part] = DownloadBench.noise(70_000 + number, seed: 5)
                $0.large.insert(part)
            }
        }
        var told: [DownloadProgress] = []
        let found = try hub.source(bench).resolve(name) { told.append($0) }
        #expect(
            bench.files(found.path)
                == (parts + ["config.json", "model.safetensors.index.json", "preprocessor_config.json"]).sorted())
        #expect(told.last?.doneBytes == told.last?.plan.totalBytes)
        #expect(told.first?.plan.totalBytes == 140_001 + configuration.count + preprocessor.count)
        let count = hub.server.requests.count
        _ = try hub.source(bench).resolve(name)
        #expect(hub.server.requests.count == count)
        // A part that went missing is fetched again, and nothing else.
        try FileManager.default.removeItem(atPath: "\(found.path)/\(parts[1])")
        try FileManager.default.removeItem(
            atPath: "\(folder)/blobs/\(DownloadBench.sha256(DownloadBench.noise(70_001, seed: 5)))")
        let before = hub.store.requests.count
        _ = try hub.source(bench).resolve(name)
        #expect(hub.store.requests.count == before + 1)
    }

    @Test func revisionsHaveReferencesOfTheirOwn() throws {
        let hub = try hub { $0.revisions = ["refs/pr/3", "v1.0"] }
        #expect(try hub.source(bench).resolve(name + "@refs/pr/3").path == snapshot)
        #expect(hub.server.requests[0].path.hasSuffix("/revision/refs%2Fpr%2F3"))
        #expect(bench.bytes("\(folder)/refs/refs/pr/3") == Array(TestHub.commit.utf8))
        #expect(!FileManager.default.fileExists(atPath: "\(folder)/refs/main"))
        // A commit stands for itself.
        let count = hub.server.requests.count
        #expect(try hub.source(bench).resolve("\(name)@\(TestHub.commit)").path == snapshot)
        #expect(hub.server.requests.count == count)
    }

    @Test func updatesAreFetchedWhenAskedFor() throws {
        let hub = try hub()
        _ = try hub.source(bench).resolve(name)
        let newer = String(repeating: "ab", count: 20)
        let other = DownloadBench.noise(150_000, seed: 4)
        hub.change(name) {
            $0.commit = newer
            $0.files["model.safetensors"] = other
        }
        #expect(try hub.source(bench).resolve(name).path == snapshot)
        let updated = try hub.source(bench).resolve(name, update: true)
        #expect(updated.path == "\(folder)/snapshots/\(newer)")
        #expect(bench.bytes("\(updated.path)/model.safetensors") == other)
        // The configuration is the same file, and was not fetched again.
        #expect(hub.server.requests.count { $0.method == "GET" && $0.path.hasSuffix("/config.json") } == 1)
        #expect(try hub.source(bench).resolve(name).path == updated.path)
    }

    // MARK: - Tokens

    @Test func tokensStayWithTheHub() throws {
        let hub = try hub { $0.token = "hf_secret" }
        _ = try hub.source(bench, ["HF_TOKEN": "hf_secret\n"]).resolve(name)
        #expect(hub.server.requests.allSatisfy { $0.headers["authorization"] == "Bearer hf_secret" })
        #expect(!hub.store.requests.isEmpty)
        #expect(hub.store.requests.allSatisfy { $0.headers["authorization"] == nil })
    }

    @Test func tokensStayWithTheHubWhateverAnAddressLooksLike() throws {
        let thief = try TestServer { _ in .file([1]) }
        let honest = try TestServer { request in
            // A name before an @ looks like a host and is none.
            .redirect(to: "http://127.0.0.1:1@127.0.0.1:\(thief.port)\(request.path)")
        }
        let settings = bench.settings(["HF_ENDPOINT": honest.url, "HF_TOKEN": "hf_secret"])
        _ = try? ModelSource(settings).resolve(name)
        #expect(!thief.requests.isEmpty)
        #expect(thief.requests.allSatisfy { !($0.headers["authorization"] ?? "").contains("hf_secret") })
    }

    @Test func tokensAreReadFromTheirFile() throws {
        let hub = try hub { $0.token = "hf_file" }
        try FileManager.default.createDirectory(
            atPath: "\(bench.folder)/huggingface", withIntermediateDirectories: true)
        try "hf_file\n".write(toFile: "\(bench.folder)/huggingface/token", atomically: true, encoding: .utf8)
        #expect(try hub.source(bench).resolve(name).path == snapshot)
        let disabled = try DownloadBench()
        #expect(
            failure {
                _ = try hub.source(
                    disabled, ["HF_HOME": "\(bench.folder)/other", "HF_HUB_DISABLE_IMPLICIT_TOKEN": "1"]
                )
                .resolve(name)
            } == .accessDenied(status: 401, page: "\(hub.server.url)/\(name)", hasToken: false))
    }

    // MARK: - Refusals

    @Test func gatedRepositoriesSayWhatToDo() throws {
        let hub = try hub { $0.token = "hf_right" }
        let page = "\(hub.server.url)/\(name)"
        #expect(
            failure { _ = try hub.source(bench).resolve(name) }
                == .accessDenied(status: 401, page: page, hasToken: false))
        #expect(
            failure { _ = try hub.source(bench, ["HF_TOKEN": "hf_wrong"]).resolve(name) }
                == .accessDenied(status: 403, page: page, hasToken: true))
    }

    @Test func missingRepositoriesListNearNames() throws {
        let hub = try hub()
        #expect(
            failure { _ = try hub.source(bench).resolve("facebook/dinov2-smal") }
                == .repositoryMissing(
                    near: ["facebook/dinov2-small", "facebook/dinov2-base", "facebook/dinov2-giant"], hasToken: false))
        #expect(
            failure { _ = try hub.source(bench).resolve("nobody/zzzzzzzzzzzzzzzzzzzzzzzz") }
                == .repositoryMissing(near: [], hasToken: false))
        #expect(failure { _ = try hub.source(bench).resolve(name + "@v9") } == .revisionMissing("v9"))
        #expect(!FileManager.default.fileExists(atPath: bench.hubFolder))
    }

    @Test func repositoriesWithoutWeightsSayWhatTheyHold() throws {
        let hub = try hub { $0.files = ["config.json": configuration, "tf_model.h5": [1], "README.md": [2]] }
        #expect(
            failure { _ = try hub.source(bench).resolve(name) }
                == .weightsMissing(lookedFor: HubFiles.weights, found: ["tf_model.h5"]))
    }

    @Test func wrongBytesAreRefused() throws {
        for file in ["model.safetensors", "config.json"] {
            try? FileManager.default.removeItem(atPath: folder)
            let right = try #require(repository.files[file])
            let wrong = file == "config.json" ? String(repeating: "a", count: 40) : String(repeating: "b", count: 64)
            let hub = try hub { $0.tags[file] = wrong }
            let found = file == "config.json" ? DownloadBench.gitBlob(right) : DownloadBench.sha256(right)
            #expect(
                failure { _ = try hub.source(bench).resolve(name) } == .wrongHash(expected: wrong, found: found))
            #expect(bench.files("\(folder)/blobs").allSatisfy { !$0.hasPrefix(wrong) })
            #expect(!FileManager.default.fileExists(atPath: "\(folder)/refs/main"))
        }
    }

    @Test func wrongSizesAreRefused() throws {
        let hub = try hub { $0.sizes["model.safetensors"] = 5 }
        #expect(
            failure { _ = try hub.source(bench).resolve(name) } == .wrongSize(expectedBytes: 5, foundBytes: 200_000))
    }

    @Test(arguments: ["../../../evil", "/etc/evil", "a/../../b", "a//b", "a\\b", ""])
    func namesThatWouldLieElsewhereAreRefused(evil: String) throws {
        let listed = try hub { $0.claimed = [evil] }
        #expect(failure { _ = try listed.source(bench).resolve(name) } == .unsafeName(evil))
        let index = try JSONSerialization.data(withJSONObject: ["weight_map": ["a": evil]])
        let indexed = try hub {
            $0.files["model.safetensors"] = nil
            $0.files["model.safetensors.index.json"] = Array(index)
        }
        #expect(failure { _ = try indexed.source(bench).resolve(name) } == .unsafeName(evil))
        let tagged = try hub { $0.tags["config.json"] = "../../\(evil)" }
        guard case .unsafeName = failure({ _ = try tagged.source(bench).resolve(name) }) else {
            Issue.record("a blob's name was taken")
            return
        }
    }

    @Test func whatIsNoHubIsNotTakenForOne() throws {
        let page = try TestServer { _ in .file(Array("<html>log in</html>".utf8)) }
        let source = ModelSource(bench.settings(["HF_ENDPOINT": page.url + "/"]))
        #expect(failure { _ = try source.resolve(name) } == .notAHub(lacking: "X-Repo-Commit"))
    }

    @Test func allFilesTogetherMustFit() throws {
        let hub = try hub()
        var settings = bench.settings(["HF_ENDPOINT": hub.server.url])
        settings.freeBytes = { _ in 200_010 }
        guard case .diskFull(bench.hubFolder, _, 200_010) = failure({ _ = try ModelSource(settings).resolve(name) })
        else {
            Issue.record("not noticed")
            return
        }
        #expect(hub.store.requests.isEmpty)
    }
}
