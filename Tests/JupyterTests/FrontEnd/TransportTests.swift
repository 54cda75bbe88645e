import Foundation
import Jupyter
import TestKernel
import Testing

/// `ipc` and `tcp`, and connections that come back.
@Suite(.timeLimit(.minutes(10)), .serialized) struct TransportTests {
    @Test func everyChannelIsASocketInTheFolder() throws {
        let kernel = try RunningKernel()
        let frontEnd = try kernel.connect()
        for channel in ConnectionFile.Channel.allCases {
            let path = try "\(kernel.connection.address)-\(#require(kernel.connection.ports[channel]))"
            let type = try FileManager.default.attributesOfItem(atPath: path)[.type]
            #expect(type as? FileAttributeType == .typeSocket)
        }
        try expectAnswersOnEveryChannel(frontEnd)
    }

    @Test func everyChannelIsAPort() throws {
        let folder = try Executable.makeFolder()
        let kernel = RunningKernel(Executable.connection(in: folder), in: folder)
        try expectAnswersOnEveryChannel(kernel.connect())
    }

    @Test(.enabled(if: FileManager.default.fileExists(atPath: "/proc/net/if_inet6"), "no IPv6 here"))
    func anAddressMayBeOfIPv6() throws {
        let folder = try Executable.makeFolder()
        var connection = Executable.connection(in: folder)
        connection.address = "::1"
        let kernel = RunningKernel(connection, in: folder)
        try expectAnswersOnEveryChannel(kernel.connect())
    }

    /// A folder that is not there is said, and no thread is left waiting.
    @Test func aSocketThatCannotBeMadeIsSaid() throws {
        let folder = try Executable.makeFolder()
        var connection = Executable.connection(in: folder)
        connection.transport = "ipc"
        connection.address = folder.appendingPathComponent("missing/k").path
        let kernel = RunningKernel(connection, in: folder)
        #expect(kernel.ends())
        #expect(kernel.log.lines.first?.contains("could not be opened: No such file or directory") == true)
    }

    /// A front-end that lost its connections comes back by the name it had: replies go to the new ones, while
    /// the old ones are still open (`ROUTER_HANDOVER`).
    @Test func aFrontEndThatComesBackIsAnsweredOnEveryChannel() throws {
        let kernel = try RunningKernel()
        let before = try FrontEnd(kernel.connection, identity: "the same")
        try before.waitUntilReady()
        try expectAnswersOnEveryChannel(before)
        let after = try FrontEnd(kernel.connection, identity: "the same")
        try after.waitUntilReady()
        try expectAnswersOnEveryChannel(after)
        for channel in [FrontEnd.Channel.shell, .control, .stdin] {
            #expect(try before.rest(on: channel, after: 0).isEmpty)
        }
    }
}
