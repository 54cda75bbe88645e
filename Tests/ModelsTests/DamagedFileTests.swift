import Checkpoints
import Compute
import Foundation
import Models
import Platform
import TestModels
import TestSupport
import Testing

/// Files in which something is wrong at any place: whatever it is, it is told and nothing ends.
///
/// `VITRINE_FUZZ` gives how many damages each file gets; `make fuzz` tries many.
@Suite(.timeLimit(.minutes(10))) struct DamagedFileTests {
    private static let rounds = ProcessInfo.processInfo.environment["VITRINE_FUZZ"].flatMap(Int.init) ?? 60

    private static let files: [URL] = {
        let folders = ["torch", "npz", "sharded-safetensors", "numpy", "pickle"].map {
            CheckpointFixture.folder.appendingPathComponent($0)
        }
        let families = FamilyReference.families.map { FamilyReference.parent.appendingPathComponent($0) }
        return (folders + families).flatMap { folder in
            ((try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)) ?? [])
                .filter { !$0.lastPathComponent.hasPrefix("reference.") && $0.pathExtension != "json" }
        }.sorted { $0.path < $1.path }
    }()

    @Test func thereAreManyFiles() { #expect(Self.files.count > 80) }

    /// Every error is one of the engine's, with words; a file that still loads has only changed numbers.
    @Test(arguments: files)
    func damageIsToldAndNothingEnds(_ file: URL) throws {
        let sound = try Array(Data(contentsOf: file))
        let folder = try TemporaryFolder()
        var dice = RandomSource(seed: UInt64(sound.count))
        for round in 0..<Self.rounds {
            let damaged = damage(sound, &dice)
            // The round in its name, so that what ended the tests lies there to be looked at.
            let path = folder.path("\(round)-\(file.lastPathComponent)")
            try Data(damaged).write(to: URL(fileURLWithPath: path))
            do throws(EngineError) {
                if file.pathExtension == "npy" {
                    _ = try NumPy.read(path)
                } else {
                    let checkpoint = try CheckpointFile.open(path)
                    for name in checkpoint.names where (checkpoint.shape(name)?.count ?? 0) < 1 << 20 {
                        _ = try? checkpoint.parameter(name)
                    }
                    _ = try Model(checkpoint, name: "damaged", origin: path)
                }
            } catch {
                #expect(error.message.count > 20, "round \(round)")
            }
            unlink(path)
        }
    }

    private func damage(_ sound: [UInt8], _ dice: inout RandomSource) -> [UInt8] {
        var bytes = sound
        // Headers stand at the beginning and, in archives, at the end.
        func place() -> Int {
            let edge = min(bytes.count, 512)
            return switch Int.random(in: 0..<3, using: &dice) {
            case 0: Int.random(in: 0..<edge, using: &dice)
            case 1: bytes.count - 1 - Int.random(in: 0..<edge, using: &dice)
            default: Int.random(in: 0..<bytes.count, using: &dice)
            }
        }
        for _ in 0...Int.random(in: 0...3, using: &dice) where !bytes.isEmpty {
            let start = place()
            let length = min(Int.random(in: 1...9, using: &dice), bytes.count - start)
            switch Int.random(in: 0..<7, using: &dice) {
            case 0: bytes[start] ^= 1 << UInt8.random(in: 0..<8, using: &dice)
            case 1: for index in start..<start + length { bytes[index] = 0xFF }
            case 2: for index in start..<start + length { bytes[index] = 0 }
            case 3: bytes[start] = UInt8.random(in: 0...255, using: &dice)
            case 4: bytes.removeSubrange(start..<start + length)
            case 5: bytes.insert(contentsOf: bytes[start..<start + length], at: place())
            default: bytes.removeLast(bytes.count - start)
            }
        }
        return bytes
    }
}
