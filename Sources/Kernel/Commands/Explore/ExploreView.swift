import Jupyter
import Platform
import VitrineEngine

/// The widgets of a panel: the controls beside the picture, a description, and the cell that makes the picture.
struct ExploreView: Sendable {
    /// The controls.
    let controls: ExploreControls
    /// The button that stops the render or starts it again.
    let button: Widget
    /// The whole panel.
    let whole: Widget

    private let picture: Widget
    private let progress: Widget
    private let words: Widget
    private let cell: Widget
    private let logits: Widget

    /// Creates a panel for pictures of this size.
    init(_ controls: ExploreControls, width: Int, height: Int) {
        self.controls = controls
        let empty = Image(
            width: width, height: height, pixels: [UInt8](repeating: 128, count: width * height * 3))
        let scale = PictureDisplay.scale(for: empty, pictures: 1)
        picture = .picture(
            (try? PNG.encode(empty)) ?? [], format: "png", width: width * scale, height: height * scale,
            alt: "Empty before the first step")
        progress = .progress(width: width * scale)
        button = .button("Stop", tooltip: "Keep the picture as it is", icon: "stop")
        words = .html("")
        cell = .html("")
        logits = .html("")
        whole = .column([
            .row([.column([controls.column, button]), .column([picture, progress])], layout: ["grid_gap": "16px"]),
            words, cell, logits,
        ])
    }

    /// Returns the events that show the start of a render.
    func begin(_ sentence: String, cell text: String) -> [CommEvent] {
        [
            cell.set(["value": .string(Self.html(ofCell: text))]),
            words.set(["value": .string(Self.lines(sentence, "beginning"))]),
            progress.set(["value": 0, "bar_style": ""]),
            button.set(["description": "Stop", "icon": "stop", "tooltip": "Keep the picture as it is"]),
        ]
    }

    /// Returns the events that show the picture so far.
    func show(_ render: RenderProgress, _ sentence: String) -> [CommEvent] {
        guard let frame = render.snapshot().first, let jpeg = try? JPEG.encode(frame, quality: 88) else { return [] }
        let bar = ProgressBar(done: render.step, of: render.steps, unit: "step", secondsLeft: render.secondsLeft)
        return [
            picture.set(["format": "jpeg", "tooltip": Self.alt(sentence)], bytes: ["value": jpeg]),
            progress.set(["value": .integer(render.step * 1000 / max(render.steps, 1))]),
            words.set(["value": .string(Self.lines(sentence, bar.plain))]),
        ]
    }

    /// Returns the events that show the finished picture, or the picture at which the render was stopped.
    ///
    /// - Parameter note: a note for users who want to save the picture.
    func finish(
        _ finished: PictureValue, _ sentence: String, note: String? = nil
    ) throws(EngineError) -> [CommEvent] {
        let rendering = finished.rendering
        let activation = Double(finished.pictures[0].activation).formatted(digits: 3)
        let summary =
            (["activation \(activation)", rendering.stepsInWords, rendering.timeInWords]
            + finished.pictures[0].notes.map(\.words.lowercasedFirst)).joined(separator: ", ")
        let png = try PNG.encode(finished.image, texts: [PNG.recipeKeyword: rendering.recipe.json()])
        var events = [
            picture.set(["format": "png", "tooltip": Self.alt(sentence)], bytes: ["value": png]),
            words.set(["value": .string(Self.lines(sentence, summary, note))]),
        ]
        if rendering.stop == .finished { events.append(progress.set(["value": 1000, "bar_style": "success"])) }
        return events + [rest]
    }

    /// Returns the event that shows what the model takes a picture for.
    ///
    /// - Parameter what: the picture: "the photograph".
    func show(_ classification: Classification, of what: String) -> CommEvent {
        let html =
            ClassificationDisplay(classification: classification, count: 5).bundle.data["text/html"]?.string ?? ""
        return logits.set(["value": .string("<div style=\"opacity:.7\">\(escaped(what)):</div>" + html)])
    }

    /// Returns the events that show an error.
    func fail(_ sentence: String, _ message: String) -> [CommEvent] {
        [
            progress.set(["bar_style": "danger"]),
            words.set(["value": .string(Self.lines(sentence, message))]), rest,
        ]
    }

    private var rest: CommEvent {
        button.set([
            "description": "Render again", "icon": "refresh", "tooltip": "Render the same picture from the start",
        ])
    }

    private static func alt(_ sentence: String) -> JSON { .string("Picture made to drive \(sentence)") }

    private static func lines(_ sentence: String, _ state: String, _ note: String? = nil) -> String {
        "<div style=\"line-height:20px\">\(escaped(sentence))<br>"
            + "<span style=\"opacity:.7;font-variant-numeric:tabular-nums\">\(escaped(state))</span>"
            + (note.map { "<br>\(escaped($0))" } ?? "") + "</div>"
    }

    /// Returns the HTML of the cell's text with a button that inserts it into the notebook.
    ///
    /// The button is one of JupyterLab's command links. Both commands get the same arguments: the first needs none.
    private static func html(ofCell text: String) -> String {
        let arguments: JSON = [
            "commands": ["notebook:insert-cell-below", "notebook:replace-selection"], "args": ["text": .string(text)],
        ]
        return "<code>\(escaped(text))</code> "
            + "<button class=\"jupyter-widgets jupyter-button\" style=\"width:auto;margin-left:8px\" "
            + "title=\"Insert this cell below the selected one (JupyterLab and Notebook)\" "
            + "data-commandlinker-command=\"apputils:run-all-enabled\" "
            + "data-commandlinker-args=\"\(escaped(arguments.text))\">Insert cell</button>"
    }
}
