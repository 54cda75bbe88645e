import Crypto
import Foundation
import Images
import Platform
import TestSupport
import Testing
import Visualization

/// Pictures are kept under the hash of what makes them, whole or not at all.
@Suite(.timeLimit(.minutes(10))) struct PictureStoreTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private static let picture = StoredPicture(
        image: Image(width: 6, height: 4, pixels: (0..<72).map { UInt8($0 * 3) }), activation: 1.2642546,
        history: [0.1, 1 / 3, 3e-9])

    private static func recipe(seed: UInt64 = 0) -> Recipe {
        var recipe = RendererTests.recipe(objectives: [RendererTests.bent])
        recipe.seeds = [seed]
        return recipe
    }

    private static func key(seed: UInt64 = 0, facts: String = "facts") throws -> PictureKey {
        try PictureKey(recipe(seed: seed), facts: facts)
    }

    @Test func theNameIsTheHashOfRevisionFactsAndRecipe() throws {
        let key = try Self.key()
        // The recipe as version 1 spelled it.
        let text = """
            {"height":4,"model":"fake","objectives":[{"mean":{"features":[1,2],"layer":"bent","model":"fake",\
            "tokens":"all"}}],"procedure":{"optimizer":{"adam":{"beta1":0.9,"beta2":0.999,"epsilon":1e-08,"rate":\
            {"end":0.05,"shape":"linear","start":0.05}}},"parameterization":{"fourier":{"colour":{"bound":"sigmoid",\
            "space":"decorrelated"},"decay":1,"deviation":0.01}},"transforms":[{"shift":{"pixels":1}},{"rotate":\
            {"degrees":{"uniform":{"lower":-9,"upper":9}}}},{"noise":{"deviation":{"end":0.05,"shape":"linear",\
            "start":0.05}}}]},"seeds":[0],"steps":5,"version":1,"weightsHash":"abc","width":6}
            """
        let hash = SHA256.hash(data: Data("1\nfacts\n\(text)".utf8))
        #expect(key.name == hash.map { String(format: "%02x", $0) }.joined())
        #expect(key.name == "0855947f9b400447386c0cd81a62ae66a48f4f9855f752e76c302f7d84fd1b62")
        #expect(key.recipe == (try Self.recipe().json()))
        #expect(key.name.count == 64 && key.name.allSatisfy(\.isHexDigit))
        #expect(try Self.key().name == key.name)
        #expect(try Self.key(seed: 1).name != key.name)
        #expect(try Self.key(facts: "other").name != key.name)
    }

    @Test func whatIsKeptIsFoundAgain() throws {
        let store = PictureStore(folder.path("pictures"))
        let key = try Self.key()
        #expect(store.state(of: key.name) == .missing && store.picture(for: key) == nil)
        try store.keep(Self.picture, for: key)
        #expect(store.state(of: key.name) == .whole)
        #expect(store.picture(for: key) == Self.picture)
        #expect(store.names() == [key.name])
        #expect(store.path(of: key.name) == "\(folder.url.path)/pictures/\(key.name.prefix(2))/\(key.name).png")
        // The file is an ordinary picture that carries its recipe.
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: store.path(of: key.name))))
        #expect(PNG.texts(in: bytes)[PNG.recipeKeyword] == key.recipe)
        #expect(try PNG.decode(bytes) == Self.picture.image)
        // The same picture is the same file.
        try store.keep(Self.picture, for: key)
        #expect([UInt8](try Data(contentsOf: URL(fileURLWithPath: store.path(of: key.name)))) == bytes)
        #expect(folder.files.count == 1)
    }

    /// Every way in which a file can be damaged is seen.
    @Test func damageIsSeen() throws {
        let store = PictureStore(folder.url.path)
        let key = try Self.key()
        try store.keep(Self.picture, for: key)
        let path = store.path(of: key.name)
        let whole = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        func state(_ bytes: [UInt8]) throws -> PictureState {
            try Data(bytes).write(to: URL(fileURLWithPath: path))
            return store.state(of: key.name)
        }
        #expect(try state([]) == .broken("it is empty"))
        #expect(try state([UInt8](repeating: 0, count: whole.count)) == .broken("it holds nothing but zeros"))
        #expect(try state(Array(whole.dropLast())) == .broken("it ends too early"))
        #expect(try state(Array("GIF89a and more".utf8)) == .foreign("it looks like a GIF image"))
        #expect(try state(try PNG.encode(Self.picture.image)) == .foreign("it carries no Vitrine recipe"))
        // A bit anywhere behind the signature.
        for place in stride(from: 8, to: whole.count - 12, by: 97) {
            var bytes = whole
            bytes[place] ^= 0x10
            let found = try state(bytes)
            #expect(found != .whole && found != .missing, "byte \(place)")
            #expect(store.picture(for: key) == nil)
        }
        // The picture of another seed, whole, under this name.
        try store.keep(Self.picture, for: try Self.key(seed: 5))
        let other = try Data(contentsOf: URL(fileURLWithPath: store.path(of: try Self.key(seed: 5).name)))
        #expect(try state([UInt8](other)) == .foreign("it is the picture of another recipe"))
    }

    @Test func whatIsInTheWayIsMovedAside() throws {
        let store = PictureStore(folder.path("pictures"), aside: folder.path("aside"))
        let key = try Self.key()
        try store.keep(Self.picture, for: key)
        try Data("mine".utf8).write(to: URL(fileURLWithPath: store.path(of: key.name)))
        try store.moveAside(key.name)
        #expect(store.state(of: key.name) == .missing)
        let aside = try FileManager.default.contentsOfDirectory(atPath: folder.path("aside"))
        #expect(aside.count == 1 && aside[0].hasPrefix(key.name))
        #expect(FileManager.default.contents(atPath: "\(folder.url.path)/aside/\(aside[0])") == Data("mine".utf8))
        // What another program has moved meanwhile is no error.
        try store.moveAside(key.name)
    }

    @Test func aFolderThatCannotBeWrittenIsSaid() throws {
        // A file where a folder should be: refused whoever runs the tests.
        try Data().write(to: URL(fileURLWithPath: folder.path("file")))
        let store = PictureStore(folder.path("file"))
        let error = #expect(throws: EngineError.self) { try store.keep(Self.picture, for: try Self.key()) }
        guard case .fileUnwritable = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    /// Any number of threads keep the same pictures, and each is whole at any moment.
    @Test func manyAtOnce() throws {
        let store = PictureStore(folder.url.path)
        let keys = try (0..<4).map { try Self.key(seed: UInt64($0)) }
        DispatchQueue.concurrentPerform(iterations: 64) { turn in
            let key = keys[turn % keys.count]
            try? store.keep(Self.picture, for: key)
            #expect(store.state(of: key.name) == .whole)
        }
        #expect(store.names() == Set(keys.map(\.name)))
        #expect(folder.files.count == keys.count)
    }
}
