import Downloads
import Foundation
import Models
import Testing

/// What servers, proxies and networks say instead of sending a file, and what a person hears of it.
@Suite(.timeLimit(.minutes(10))) struct ServerAnswerTests {
    private let bench: DownloadBench
    private let bytes = DownloadBench.noise(5000)
    private let model = "dinov2_vits14"

    init() throws { bench = try DownloadBench() }

    /// Why the download fails when the server answers so.
    private func reason(_ handler: @escaping TestServer.Handler) throws -> DownloadFailure? {
        let server = try TestServer(handler)
        return failure { _ = try bench.source(torch: server).resolve(model) }
    }

    @Test(arguments: [404, 410]) func missingFiles(status: Int) throws {
        #expect(try reason { _ in .status(status) } == .fileMissing)
    }

    @Test(arguments: [401, 403]) func deniedFiles(status: Int) throws {
        let page = "/dinov2/dinov2_vits14/dinov2_vits14_pretrain.pth"
        let found = try reason { _ in .status(status) }
        guard case .accessDenied(status, let address, hasToken: false) = found else {
            Issue.record("not denied")
            return
        }
        #expect(address.hasSuffix(page))
    }

    @Test func failuresOfServersPass() throws {
        let tries = Tries()
        let server = try TestServer { [bytes] _ in
            [.status(500), .status(503), .status(429, ["Retry-After": "0"])][safe: tries.next()] ?? .file(bytes)
        }
        _ = try bench.source(torch: server).resolve(model)
        #expect(server.requests.count == 4)
        #expect(bench.files(bench.torchFolder) == ["dinov2_vits14_pretrain.pth"])
    }

    @Test func failuresThatStayAreTold() throws {
        let tries = Tries()
        let found = try reason { _ in
            tries.next()
            return .status(502)
        }
        #expect(found == .server(status: 502) && tries.count == 5)
    }

    @Test func longWaitsAreLeftToThePerson() throws {
        let tries = Tries()
        let found = try reason { _ in
            tries.next()
            return .status(429, ["Retry-After": "3600"])
        }
        #expect(found == .tooManyRequests(seconds: 3600) && tries.count == 1)
    }

    @Test func retryAfterIsWaitedFor() throws {
        let tries = Tries()
        let server = try TestServer { [bytes] _ in
            tries.next() == 0 ? .status(429, ["Retry-After": "1"]) : .file(bytes)
        }
        var notes: [String] = []
        _ = try bench.source(torch: server).resolve(model) { progress in
            if let note = progress.note { notes.append(note) }
        }
        #expect(notes == ["the server asks to wait; trying again in 1.0 s"])
    }

    // MARK: - Redirects

    @Test func redirectsAreFollowed() throws {
        let other = try TestServer { [bytes] _ in .file(bytes) }
        let server = try TestServer { request in
            request.path == "/moved" ? .redirect(to: other.url + "/file?signature=abc") : .redirect(to: "/moved")
        }
        _ = try bench.source(torch: server).resolve(model)
        #expect(server.requests.count == 2 && other.requests.map(\.target) == ["/file?signature=abc"])
    }

    @Test func expiredSignaturesAreAskedForAgain() throws {
        let tries = Tries()
        let other = try TestServer { [bytes] request in
            request.target.hasSuffix("=0") ? .status(403) : .file(bytes)
        }
        let server = try TestServer { _ in .redirect(to: "\(other.url)/file?signature=\(tries.next())") }
        _ = try bench.source(torch: server).resolve(model)
        #expect(other.requests.count == 2)
    }

    @Test func endlessRedirectsEnd() throws {
        #expect(try reason { _ in .redirect(to: "/again") } == .redirectLoop)
    }

    @Test(arguments: ["file:///etc/passwd", "ftp://127.0.0.1/x", "gopher://127.0.0.1:70/x"])
    func redirectsToWhatIsNoWebAddressAreRefused(target: String) throws {
        #expect(try reason { _ in .redirect(to: target) } == .unsafeRedirect(to: target))
    }

    // MARK: - Networks

    @Test func closedPortsAreToldAtOnce() throws {
        let port = try TestServer.closedPort()
        let source = ModelSource(
            bench.settings(["VITRINE_MIRRORS": "https://dl.fbaipublicfiles.com=http://127.0.0.1:\(port)"]))
        guard case .noConnection("127.0.0.1", _) = failure({ _ = try source.resolve(model) }) else {
            Issue.record("connected")
            return
        }
    }

    @Test func unknownHostsAreNamed() throws {
        let source = ModelSource(
            bench.settings(["VITRINE_MIRRORS": "https://dl.fbaipublicfiles.com=http://weights.invalid"]))
        #expect(failure { _ = try source.resolve(model) } == .unknownHost("weights.invalid"))
        #expect(bench.files(bench.torchFolder).isEmpty)
    }

    @Test(arguments: ["http_proxy", "HTTP_PROXY", "ALL_PROXY"]) func proxiesAreAsked(variable: String) throws {
        let proxy = try TestServer { [bytes] _ in .file(bytes) }
        let source = ModelSource(
            bench.settings([
                "VITRINE_MIRRORS": "https://dl.fbaipublicfiles.com=http://weights.invalid", variable: proxy.url,
            ]))
        _ = try source.resolve(model)
        #expect(
            proxy.requests.map(\.target) == ["http://weights.invalid/dinov2/dinov2_vits14/dinov2_vits14_pretrain.pth"])
    }

    @Test func exceptionsGoRoundTheProxy() throws {
        let server = try TestServer { [bytes] _ in .file(bytes) }
        let proxy = try TestServer { _ in .status(500) }
        _ = try bench.source(torch: server, ["http_proxy": proxy.url, "NO_PROXY": "example.org,127.0.0.1"])
            .resolve(model)
        #expect(proxy.requests.isEmpty && server.requests.count == 1)
    }

    @Test func proxiesThatRefuseAreBlamed() throws {
        let proxy = try TestServer { _ in .status(407) }
        let source = ModelSource(bench.settings(["https_proxy": proxy.url]))
        #expect(failure { _ = try source.resolve(model) } == .proxy(reason: "it answered 407"))
        let port = try TestServer.closedPort()
        let closed = ModelSource(bench.settings(["https_proxy": "http://127.0.0.1:\(port)"]))
        guard case .proxy = failure({ _ = try closed.resolve(model) }) else {
            Issue.record("not blamed")
            return
        }
    }

    @Test func offlineMeansOffline() throws {
        let server = try TestServer { [bytes] _ in .file(bytes) }
        #expect(
            failure { _ = try bench.source(torch: server, ["VITRINE_OFFLINE": "1"]).resolve(model) }
                == .offline(variable: "VITRINE_OFFLINE", cached: []))
        #expect(server.requests.isEmpty)
        // What is there is found all the same, and named where something else is asked for.
        _ = try bench.source(torch: server).resolve(model)
        let offline = bench.source(torch: server, ["VITRINE_OFFLINE": "1"])
        #expect(try offline.resolve(model).name == model)
        #expect(
            failure { _ = try offline.resolve("dino_vits8") }
                == .offline(variable: "VITRINE_OFFLINE", cached: [model]))
    }

    @Test func missingLibrariesNameTheirPackage() {
        #expect(throws: DownloadFailure.libraryMissing(package: "libcurl4")) {
            try CurlLibrary(names: ["libcurl-of-nowhere.so.4"])
        }
        // One that is no libcurl.
        #expect(throws: DownloadFailure.libraryMissing(package: "libcurl4")) {
            try CurlLibrary(names: ["libm.so.6"])
        }
    }
}

extension Array {
    /// The element, or nil behind the end.
    fileprivate subscript(safe index: Int) -> Element? { indices.contains(index) ? self[index] : nil }
}
