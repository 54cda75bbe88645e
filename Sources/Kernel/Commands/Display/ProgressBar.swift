/// The progress of long work: a bar, the count and the time left.
struct ProgressBar {
    /// The name of the work, before its progress: "vit_b_16.pth"; may be empty.
    var title = ""
    /// The amount that is done.
    let done: Int
    /// The whole amount; nil if unknown.
    let total: Int?
    /// The count in words: "step 12 of 256".
    let words: String
    /// The time left in seconds; nil if unknown.
    let secondsLeft: Double?

    init(done: Int, of total: Int, unit: String, secondsLeft: Double?) {
        self.init(
            done: done, of: max(total, 1), words: "\(unit) \(done) of \(max(total, 1))", secondsLeft: secondsLeft)
    }

    init(done: Int, of total: Int?, words: String, secondsLeft: Double?, title: String = "") {
        self.title = title
        self.done = done
        self.total = total
        self.words = words
        self.secondsLeft = secondsLeft
    }

    /// The progress as text: "step 12 of 256, 3 s left".
    var plain: String {
        (title.isEmpty ? "" : "\(title): ") + words + (secondsLeft.map { ", \(duration($0)) left" } ?? "")
    }

    /// The text of a frame, with the command that shows the result.
    ///
    /// A terminal shows only the first frame, and a page that was reloaded only what it had before.
    var frame: String { "\(plain). Not moving? `last()`" }

    private var percent: Int {
        guard let total, total > 0 else { return 0 }
        return min(100, max(0, Int(Double(done) / Double(total) * 100)))
    }

    /// The bar's attributes for screen readers.
    private var aria: String {
        "role=\"progressbar\" aria-label=\"Progress\" aria-valuemin=\"0\""
            + (total.map { " aria-valuenow=\"\(done)\" aria-valuemax=\"\($0)\"" } ?? "")
    }

    /// The HTML of a bar over its text. Its size is fixed, so that nothing below it moves.
    var line: String {
        """
        <div style="max-width:480px;font-size:13px;line-height:20px;font-variant-numeric:tabular-nums">\
        <div \(aria) style="height:4px;background:rgba(128,128,128,.2);border-radius:2px">\
        <div style="width:\(percent)%;height:4px;background:#3574e2;border-radius:2px"></div></div>\(escaped(plain))</div>
        """
    }

    /// The HTML of a bar over its text, on the lower edge of a picture. It does not change the output's height, so that
    /// nothing below it moves.
    var overlay: String {
        """
        <div style="position:absolute;left:0;right:0;bottom:0;background:rgba(0,0,0,.65);color:#fff;\
        font-size:12px;line-height:20px;padding:0 6px;font-variant-numeric:tabular-nums">\
        <div \(aria) style="height:3px;margin:0 -6px;background:rgba(255,255,255,.3)">\
        <div style="width:\(percent)%;height:3px;background:#fff"></div></div>\
        <div style="display:flex;justify-content:space-between;gap:8px;white-space:nowrap;overflow:hidden">\
        <span>\(escaped(plain))</span>\
        <span style="flex:0 9999 auto;overflow:hidden;opacity:.75" title="A page that was reloaded is not \
        told about the end: run last() in a cell to see it.">Not moving? <code>last()</code></span></div></div>
        """
    }
}
