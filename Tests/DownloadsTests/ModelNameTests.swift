import Downloads
import Foundation
import Models
import Platform
import Testing

/// What a name means, and where things lie. Nothing is fetched here.
@Suite(.timeLimit(.minutes(10))) struct ModelNameTests {
    private let bench: DownloadBench

    init() throws { bench = try DownloadBench() }

    private func locate(
        _ name: String, _ weights: String? = nil, _ variables: [String: String] = [:]
    ) throws -> WeightsLocation {
        try ModelSource(bench.settings(variables)).locate(name, weights: weights)
    }

    private func torchPath(_ variables: [String: String]) throws -> String? {
        let source = ModelSource(DownloadSettings(DownloadEnvironment(variables)))
        guard case .file(_, let place) = try source.locate("vit_b_32") else { return nil }
        return place.destination
    }

    private func hubPath(_ variables: [String: String]) throws -> String? {
        let source = ModelSource(DownloadSettings(DownloadEnvironment(variables)))
        guard case .repository(let cache) = try source.locate("facebook/dinov2-small") else { return nil }
        return cache.folder
    }

    @Test func builtInComesBeforeFileBeforeNameBeforeRepository() throws {
        guard case .builtIn(let path) = try locate("vit") else {
            Issue.record("vit is built in")
            return
        }
        #expect(path.hasSuffix("vit.safetensors"))
        #expect(try locate(bench.folder) == .local(bench.folder))
        guard case .file(let known, _) = try locate("vit_l_16", "IMAGENET1K_SWAG_E2E_V1") else {
            Issue.record("vit_l_16 is torchvision's")
            return
        }
        #expect(known.fileName == "vit_l_16_swag-4f3808c9.pth")
        guard case .repository(let cache) = try locate("timm/mixer_b16_224.goog_in21k_ft_in1k@v1") else {
            Issue.record("timm's are repositories")
            return
        }
        #expect(cache.name.repository == "timm/mixer_b16_224.goog_in21k_ft_in1k" && cache.name.revision == "v1")
    }

    @Test func existingPathsWin() throws {
        // A clone of somebody's repository, named as on the hub.
        let clone = "\(bench.folder)/timm/mixer"
        try FileManager.default.createDirectory(atPath: clone, withIntermediateDirectories: true)
        #expect(try locate(clone) == .local(clone))
        let file = "\(bench.folder)/vit_b_32"
        try Data([1]).write(to: URL(fileURLWithPath: file))
        #expect(try locate(file) == .local(file))
        let found = try ModelSource(bench.settings()).resolve(file)
        #expect(found.path == file && found.name == "vit_b_32" && found.origin == file && found.license == nil)
    }

    @Test func publishedFilesAreKnownByTheirNames() throws {
        let path = "\(bench.folder)/vit_b_16_swag-9ac1b537.pth"
        try Data([1]).write(to: URL(fileURLWithPath: path))
        let found = try ModelSource(bench.settings()).resolve(path)
        #expect(found.path == path && found.name == "vit_b_16_swag-9ac1b537" && found.origin == path)
        #expect(found.license == "CC-BY-NC-4.0" && found.usesImageNetClasses)
        #expect(found.preprocessing?.size == 384 && found.preprocessing?.interpolation == .bicubic)
        let dino = "\(bench.folder)/dino_deitsmall16_pretrain.pth"
        try Data([1]).write(to: URL(fileURLWithPath: dino))
        #expect(try ModelSource(bench.settings()).resolve(dino).stretchesWithOffset)
        // Several of Google's weights have the same file name.
        let several = "\(bench.folder)/ViT-B_16.npz"
        try Data([1]).write(to: URL(fileURLWithPath: several))
        #expect(try ModelSource(bench.settings()).resolve(several).license == nil)
    }

    @Test func torchsCacheIsFound() throws {
        let file = "hub/checkpoints/vit_b_32-d86f8d99.pth"
        #expect(try torchPath(["HOME": "/home/a"]) == "/home/a/.cache/torch/\(file)")
        #expect(try torchPath(["HOME": "/home/a", "XDG_CACHE_HOME": "/x"]) == "/x/torch/\(file)")
        #expect(try torchPath(["HOME": "/home/a", "TORCH_HOME": "/t", "XDG_CACHE_HOME": "/x"]) == "/t/\(file)")
        #expect(try torchPath(["HOME": "/home/a", "TORCH_HOME": "~/t/"]) == "/home/a/t/\(file)")
        #expect(try torchPath(["HOME": "/home/a", "TORCH_HOME": ""]) == "/home/a/.cache/torch/\(file)")
    }

    @Test func hubsCacheIsFound() throws {
        let folder = "models--facebook--dinov2-small"
        #expect(try hubPath(["HOME": "/home/a"]) == "/home/a/.cache/huggingface/hub/\(folder)")
        #expect(try hubPath(["HOME": "/home/a", "XDG_CACHE_HOME": "/x"]) == "/x/huggingface/hub/\(folder)")
        #expect(try hubPath(["HF_HOME": "/h", "XDG_CACHE_HOME": "/x"]) == "/h/hub/\(folder)")
        #expect(try hubPath(["HF_HOME": "/h", "HUGGINGFACE_HUB_CACHE": "/old"]) == "/old/\(folder)")
        #expect(try hubPath(["HF_HOME": "/h", "HF_HUB_CACHE": "/c"]) == "/c/\(folder)")
        #expect(
            try hubPath(["HF_HUB_CACHE": "$SCRATCH/${USER}/hub", "SCRATCH": "/s", "USER": "a"]) == "/s/a/hub/\(folder)")
        #expect(try hubPath(["HF_HUB_CACHE": "/s/$NOBODY/hub"]) == "/s/$NOBODY/hub/\(folder)")
    }

    @Test func filesOfARepositoryHaveTheirPlaces() throws {
        let name = try #require(HubName("timm/a@refs/pr/1"))
        let cache = HubCache(root: "/c", name: name)
        #expect(cache.reference == "/c/models--timm--a/refs/refs/pr/1")
        #expect(cache.snapshot("123") == "/c/models--timm--a/snapshots/123")
        #expect(cache.absenceMarker(of: "x.json", in: "123") == "/c/models--timm--a/.no_exist/123/x.json")
        let place = cache.place(tag: "abc")
        #expect(place.destination == "/c/models--timm--a/blobs/abc")
        #expect(place.partial == "/c/models--timm--a/blobs/abc.incomplete")
        #expect(place.lock == "/c/.locks/models--timm--a/abc.lock" && !place.removesLock)
    }

    @Test(arguments: [
        "facebook/dinov2-small", "timm/mixer_b16_224.goog_in21k_ft_in1k", "a/b", "O-w_n.er/N.a-m_e", "a/b@main",
        "a/b@refs/pr/1", "a/b@v1.0", "a/b@0123456789012345678901234567890123456789",
    ])
    func repositoriesAreNames(text: String) {
        #expect(HubName(text) != nil)
    }

    @Test(arguments: [
        "", "a", "/", "a/", "/b", "a/b/c", "../b", "a/..", "a/b--c", "a/b..c", "a/.b", "-a/b", "a/b.git", "a/b c",
        "a/b@", "a/b@..", "a/b@../../x", "a/b@/x", "a/b@x/", "a/é", "a/b@x\ny",
    ])
    func whatIsNoRepositoryIsNone(text: String) {
        #expect(HubName(text) == nil)
    }

    @Test(arguments: [
        "checkpoints/mine.pth", "mine.safetensors", "./vit_b_99", "/nowhere/x", "~/nowhere", "a/b/c", "x.npz",
    ])
    func missingFilesAreNoRepositories(name: String) {
        #expect(throws: EngineError.fileMissing(path: name)) { try locate(name) }
    }

    @Test func unknownNamesListNearOnes() {
        #expect(throws: EngineError.unknownModel(name: "vit_b_23", near: ["vit_b_32", "ViT-B_32", "vit_b_16"])) {
            try locate("vit_b_23")
        }
        #expect(
            throws: EngineError.unknownModel(
                name: "dinov2_vits14_regs", near: ["dinov2_vits14_reg", "dinov2_vitb14_reg", "dinov2_vitg14_reg"])
        ) {
            try locate("dinov2_vits14_regs")
        }
        // timm's name without timm's house.
        let near = ["timm/gmlp_s16_224.ra3_in1k"]
        #expect(throws: EngineError.unknownModel(name: "gmlp_s16_224.ra3_in1k", near: near)) {
            try locate("gmlp_s16_224.ra3_in1k")
        }
        #expect(throws: EngineError.unknownModel(name: "", near: [])) { try locate("") }
    }

    @Test func unpublishedWeightsSayWhatToDo() {
        guard case .notPublished = failure({ _ = try locate("linear_large") }) else {
            Issue.record("linear_large")
            return
        }
        guard case .notPublished(let reason) = failure({ _ = try locate("dinov3_vitb16") }) else {
            Issue.record("dinov3_vitb16")
            return
        }
        #expect(reason.contains("load(\"timm/vit_base_patch16_dinov3.lvd1689m\")"))
        // Every repository that it names is in the list, so that its size and license can be looked up.
        for name in ["timm/vit_base_patch16_dinov3.lvd1689m", "facebook/dinov3-vitb16-pretrain-lvd1689m"] {
            #expect(reason.contains(name) && HubCatalog.entry(name)?.license == "dinov3-license")
        }
    }

    @Test func theSelectionNamesEachRepositoryOnce() {
        let names = HubCatalog.entries.map(\.repository)
        #expect(Set(names).count == names.count && names.allSatisfy { HubName($0) != nil })
        #expect(HubCatalog.entry("facebook/dinov3-vits16-pretrain-lvd1689m")?.isGated == true)
        #expect(HubCatalog.entry("timm/vit_small_patch16_dinov3.lvd1689m")?.isGated == false)
    }

    @Test func weightsAreRefusedWhereTheyMeanNothing() throws {
        // Of a repository they are a part of its file, which is known when it is there.
        guard case .repository = try locate("timm/a", "model_ema") else {
            throw EngineError.fileMissing(path: "timm/a")
        }
        #expect(throws: EngineError.unknownWeights(weights: "V1", model: "vit", available: [])) {
            try locate("vit", "V1")
        }
    }

    @Test func listTellsWhatIsThere() throws {
        let source = ModelSource(bench.settings())
        let all = source.downloadable()
        let vits = all.filter { $0.name == "vit_b_16" }
        #expect(vits.map(\.weights) == ["IMAGENET1K_V1", "IMAGENET1K_SWAG_E2E_V1", "IMAGENET1K_SWAG_LINEAR_V1"])
        #expect(vits.map(\.isDefault) == [true, false, false])
        #expect(vits.map(\.license) == ["BSD-3-Clause", "CC-BY-NC-4.0", "CC-BY-NC-4.0"])
        #expect(all.contains { $0.name == "facebook/dinov2-small" && $0.project == "Hugging Face" })
        #expect(all.allSatisfy { !$0.isCached })
        try FileManager.default.createDirectory(atPath: bench.torchFolder, withIntermediateDirectories: true)
        try Data([1]).write(to: URL(fileURLWithPath: "\(bench.torchFolder)/vit_b_16_swag-9ac1b537.pth"))
        #expect(source.downloadable().filter(\.isCached).map(\.weights) == ["IMAGENET1K_SWAG_E2E_V1"])
    }
}
