/// What the kernel does at each type of message.
extension Loop {
    /// Acts on a message: says that the kernel is busy, answers, and says that it is idle once all that
    /// the message caused is done.
    func handle(_ message: Message, on channel: RequestChannel) {
        var isSaidToBeBusy = false
        do throws(FieldError) {
            if let problem = message.problem { throw FieldError(reason: problem) }
            if channel === shellChannel {
                guard let shell = shells[message.header.subshellID] else {
                    throw unknownSubshell(message.header.subshellID)
                }
                if message.header.type == ExecuteRequest.type {
                    // Busy from when it runs, not from when it waits.
                    return shell.enqueue(message, try ExecuteRequest(message.content))
                }
            }
            publisher.publish(Status(state: .busy), parent: message)
            isSaidToBeBusy = true
            if try answer(message, on: channel) { finish(message) }
        } catch {
            if !isSaidToBeBusy { publisher.publish(Status(state: .busy), parent: message) }
            refuse(message, on: channel, because: error)
        }
    }

    /// Says that the kernel is done with a request, and what it is still busy with.
    ///
    /// Front-ends show the last state that they hear of. So when a question was answered during a cell,
    /// they hear again that the cell keeps the kernel busy.
    func finish(_ message: Message) {
        publisher.publish(Status(state: .idle), parent: message)
        sayWhoIsBusy()
    }

    /// Says again that a cell keeps the kernel busy, after something else has ended.
    func sayWhoIsBusy() {
        guard let running = shells.running.first else { return }
        publisher.publish(Status(state: .busy), parent: running.cell.message)
    }

    /// Answers a message other than a cell to run.
    ///
    /// - Returns: whether that is done; otherwise an event will say so.
    private func answer(_ message: Message, on channel: RequestChannel) throws(FieldError) -> Bool {
        switch message.header.type {
        case KernelInfoRequest.type:
            channel.reply(KernelInfoReply(language: runner.language, protocolVersion: protocolVersion), to: message)
        case CompleteRequest.type:
            let request = try CompleteRequest(message.content)
            assist(message, on: channel) {
                CompleteReply(completions: $0.complete(request.code, cursor: request.cursor))
            }
            return false
        case InspectRequest.type:
            let request = try InspectRequest(message.content)
            assist(message, on: channel) {
                InspectReply(bundle: $0.inspect(request.code, cursor: request.cursor, detail: request.detail))
            }
            return false
        case IsCompleteRequest.type:
            let request = try IsCompleteRequest(message.content)
            assist(message, on: channel) { IsCompleteReply(completeness: $0.completeness(of: request.code)) }
            return false
        case HistoryRequest.type:
            let request = try HistoryRequest(message.content)
            history.find(request) { [events, kind = channel.kind] reply in
                events.post(.answer(reply, to: message, on: kind))
            }
            return false
        case CommInfoRequest.type:
            let target = try CommInfoRequest(message.content).target
            let open = runner.openComms.filter { target == nil || $0.value == target }
            channel.reply(CommInfoReply(targets: open), to: message)
        case CommOpen.type:
            let comm = try CommOpen(message.content)
            hear(
                CommEvent(
                    .open(target: comm.target), id: comm.id, data: comm.data, metadata: message.metadata,
                    buffers: message.buffers), in: message)
        case CommMessage.type:
            let comm = try CommMessage(message.content)
            hear(CommEvent(.message, id: comm.id, data: comm.data, buffers: message.buffers), in: message)
        case CommClose.type:
            let comm = try CommClose(message.content)
            hear(CommEvent(.close, id: comm.id, data: comm.data), in: message)
        case InterruptRequest.type:
            let shell = try InterruptRequest(message.content).shell
            if case .one(let id) = shell, shells[id] == nil { throw unknownSubshell(id) }
            shells.interrupt(shell, askedAt: message.header.date)
            channel.reply(InterruptReply(), to: message)
        case CreateSubshellRequest.type where channel === controlChannel:
            channel.reply(CreateSubshellReply(id: shells.create()), to: message)
        case DeleteSubshellRequest.type where channel === controlChannel:
            let id = try DeleteSubshellRequest(message.content).id
            guard shells.delete(id) else { throw unknownSubshell(id) }
            channel.reply(DeleteSubshellReply(), to: message)
        case ListSubshellRequest.type where channel === controlChannel:
            channel.reply(ListSubshellReply(ids: shells.ids), to: message)
        case UsageRequest.type:
            channel.reply(UsageReply(usage: usage.measure()), to: message)
        case ShutdownRequest.type:
            let reply = ShutdownReply(restarts: try ShutdownRequest(message.content).restarts)
            channel.reply(reply, to: message)
            // Other front-ends of the kernel learn of it here.
            publisher.publish(reply, parent: message)
            isEnding = true
        case ExecuteRequest.type: throw FieldError(reason: "cells run on the shell channel")
        case CreateSubshellRequest.type, DeleteSubshellRequest.type, ListSubshellRequest.type:
            throw FieldError(reason: "subshells are made and deleted on the control channel")
        default:
            // Unknown requests are reported as done, so that no front-end waits.
            logger.debug("No answer to \(oneLine(message.header.type)).")
        }
        return true
    }

    /// Has the language hear what a front-end does with a comm, and publishes what it answers.
    private func hear(_ event: CommEvent, in message: Message) {
        var event = event
        event.session = message.header.session
        for answer in runner.receive(event) { publisher.publish(answer, parent: message) }
    }

    private func unknownSubshell(_ id: String?) -> FieldError {
        FieldError(reason: "there is no subshell “\(oneLine(id ?? ""))”")
    }

    /// Has a question about code answered off this thread, so that it holds up nothing.
    private func assist(
        _ message: Message, on channel: RequestChannel,
        _ answer: @escaping @Sendable (any CellRunner) -> any MessageContent
    ) {
        answerer.perform { [runner, events, kind = channel.kind] in
            events.post(.answer(answer(runner), to: message, on: kind))
        }
    }

    /// Answers a message whose content is of the wrong kind, so that no front-end waits for it.
    private func refuse(_ message: Message, on channel: RequestChannel, because error: FieldError) {
        let type = oneLine(message.header.type)
        logger.warning("Refused a message on \(channel.kind.rawValue): \(type): \(oneLine(error.reason)).")
        if message.header.type.hasSuffix("_request") {
            let failure = CellFailure(
                name: "MessageError", message: error.reason, traceback: ["MessageError: \(error.reason)"])
            let reply = ErrorReply(requestType: message.header.type, failure: failure)
            channel.reply(type: reply.type, reply.content, to: message)
        }
        finish(message)
    }
}
