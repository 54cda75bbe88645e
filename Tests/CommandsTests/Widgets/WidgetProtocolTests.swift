import Commands
import Jupyter
import Platform
import Testing

/// The messages of widgets, checked against the widget messaging protocol 2.1.
@Suite(.timeLimit(.minutes(10))) struct WidgetProtocolTests {
    private let notebook = Notebook()
    private let page: Page

    init() {
        page = Page(notebook)
        let answer = notebook.run("let vit = load(\"vit\")\nlet panel = explore(vit, steps: 2)\npanel.wait()\npanel")
        #expect(answer.failure == nil)
    }

    @Test func everyWidgetIsOpenedAfterThoseItRefersTo() throws {
        var opened: Set<String> = []
        let opening = notebook.comms.filter { if case .open = $0.kind { true } else { false } }
        #expect(opening.count > 20)
        for event in opening {
            #expect(event.kind == .open(target: "jupyter.widget"))
            #expect(event.metadata == ["version": "2.1.0"])
            let state = try #require(event.data["state"])
            for reference in references(in: state) { #expect(opened.contains(reference)) }
            opened.insert(event.id)
        }
        #expect(opened.count == opening.count)
        #expect(Set(notebook.openComms.keys) == opened)
        #expect(notebook.openComms.values.allSatisfy { $0 == "jupyter.widget" })
    }

    @Test func everyStateNamesItsModelAndView() {
        for widget in page.widgets {
            let isLayout = widget.kind == "Layout"
            #expect(
                widget.values["_model_module"]?.string
                    == (isLayout ? "@jupyter-widgets/base" : "@jupyter-widgets/controls"))
            for name in ["_model_module_version", "_view_module_version"] {
                #expect(widget.values[name] == "2.0.0")
            }
            #expect(widget.values["_view_name"]?.string?.hasSuffix("View") == true)
            #expect(widget.values["_view_count"] == .some(.null))
            if widget.kind.hasSuffix("Style") {
                #expect(widget.values["_view_name"] == "StyleView")
                #expect(widget.values["_view_module"] == "@jupyter-widgets/base")
            } else if !isLayout {
                #expect(widget.values["_dom_classes"] == [])
                #expect(widget.values["layout"]?.string?.hasPrefix("IPY_MODEL_") == true)
            }
        }
    }

    @Test func theResultShowsTheOutermostBox() throws {
        let data = try #require(notebook.run("panel").bundle?.data)
        let view = try #require(data["application/vnd.jupyter.widget-view+json"])
        #expect(view["version_major"] == 2 && view["version_minor"] == 0)
        #expect(notebook.openComms.keys.contains(view["model_id"]?.string ?? ""))
        #expect(data["text/plain"]?.string?.contains("pip install jupyterlab_widgets") == true)
    }

    @Test func anUpdateIsEchoed() throws {
        let id = try page.control("neuron").id
        let echo = try page.set("neuron", "value", to: 7)
        #expect(
            echo == [
                CommEvent(
                    .message, id: id,
                    data: ["method": "echo_update", "state": ["value": 7], "buffer_paths": []])
            ])
    }

    @Test func whatIsOfTheWrongKindIsNotTaken() throws {
        for wrong: JSON in ["seven", [7], true, nil] {
            #expect(try page.set("neuron", "value", to: wrong)[0].data["state"] == ["value": 0])
        }
        #expect(try page.set("neuron", "nothing", to: 7)[0].data["state"] == [:])
        let id = try page.control("neuron").id
        for data: [String: JSON] in [
            [:], ["method": 3], ["method": "update"], ["method": "update", "state": 3], ["method": "custom"],
            ["method": "custom", "content": ["event": "hover"]], ["method": "nonsense"],
        ] {
            for answer in notebook.receive(CommEvent(.message, id: id, data: data)) {
                #expect(answer.data["state"] == [:])
            }
        }
    }

    @Test func aWidgetGivesItsState() throws {
        let picture = try page.picture
        let answers = notebook.receive(CommEvent(.message, id: picture.id, data: ["method": "request_state"]))
        let answer = try #require(answers.first)
        #expect(answers.count == 1 && answer.id == picture.id && answer.data["method"] == "update")
        #expect(answer.data["state"] == .object(picture.values))
        #expect(answer.data["buffer_paths"] == [["value"]])
        #expect(answer.buffers == [try #require(picture.bytes["value"])])
    }

    /// What a page that was reloaded asks first.
    @Test func theControlCommGivesAllStates() throws {
        #expect(
            notebook.receive(CommEvent(.open(target: "jupyter.widget.control"), id: "control")).isEmpty)
        #expect(notebook.openComms["control"] == "jupyter.widget.control")
        let answers = notebook.receive(CommEvent(.message, id: "control", data: ["method": "request_states"]))
        let answer = try #require(answers.first)
        #expect(answers.count == 1 && answer.id == "control" && answer.data["method"] == "update_states")
        let states = try #require(answer.data["states"]?.object)
        #expect(states.count == page.widgets.count)
        for widget in page.widgets {
            let state = try #require(states[widget.id])
            #expect(state["model_name"] == widget.values["_model_name"])
            #expect(state["model_module"] == widget.values["_model_module"])
            #expect(state["model_module_version"] == "2.0.0")
            #expect(state["state"] == .object(widget.values))
        }
        let picture = try page.picture
        #expect(answer.data["buffer_paths"] == [[.string(picture.id), "state", "value"]])
        #expect(answer.buffers == [try #require(picture.bytes["value"])])
        #expect(notebook.receive(CommEvent(.message, id: "control", data: ["method": "other"])).isEmpty)
        notebook.receive(CommEvent(.close, id: "control"))
        #expect(notebook.openComms["control"] == nil)
    }

    @Test func aClosedWidgetIsGone() throws {
        let id = try page.control("seed").id
        notebook.receive(CommEvent(.close, id: id))
        #expect(notebook.openComms[id] == nil)
        #expect(notebook.receive(CommEvent(.message, id: id, data: ["method": "request_state"])).isEmpty)
        #expect(try page.set("steps", "value", to: 3).count == 1, "the others live on")
    }

    @Test func aPageCannotMakeWidgets() {
        let opened = CommEvent(.open(target: "jupyter.widget"), id: "mine", data: ["state": [:]])
        #expect(notebook.receive(opened) == [CommEvent(.close, id: "mine")])
    }

    private func references(in value: JSON) -> [String] {
        switch value {
        case .string(let text): text.hasPrefix("IPY_MODEL_") ? [String(text.dropFirst("IPY_MODEL_".count))] : []
        case .array(let elements): elements.flatMap(references)
        case .object(let members): members.values.flatMap(references)
        default: []
        }
    }
}
