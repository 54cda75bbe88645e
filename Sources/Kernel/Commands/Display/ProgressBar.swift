/// How far long work is: a bar, the count and the time left.
struct ProgressBar {
    /// What is done, in front of its progress: "vit_b_16.pth"; may be empty.
    var title = ""
    /// How much is done.
    let done: Int
    /// How much there is to do; nil when unknown.
    let total: Int?
    /// The count in words: "step 12 of 256".
    let words: String
    /// How long it will take; nil when unknown.
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

    /// "step 12 of 256, 3 s left"
    var plain: String {
        (title.isEmpty ? "" : "\(title): ") + words + (secondsLeft.map { ", \(duration($0)) left" } ?? "")
    }

    /// The same of something that grows, with how to see the end.
    ///
    /// A terminal shows only the first frame, and a page that was loaded again only what it had before.
    var frame: String { "\(plain). Not moving? `last()`" }

    private var percent: Int {
        guard let total, total > 0 else { return 0 }
        return min(100, max(0, Int(Double(done) / Double(total) * 100)))
    }

    /// What a screen reader is told of the bar.
    private var aria: String {
        "role=\"progressbar\" aria-valuemin=\"0\""
            + (total.map { " aria-valuenow=\"\(done)\" aria-valuemax=\"\($0)\"" } ?? "")
    }

    /// A bar over its text, in a line of its own. Its size is fixed, so that nothing below it moves.
    var line: String {
        """
        <div style="max-width:480px;font-size:13px;line-height:20px;font-variant-numeric:tabular-nums">\
        <div \(aria) style="height:4px;background:rgba(128,128,128,.3);border-radius:2px">\
        <div style="width:\(percent)%;height:4px;background:#4c8bf5;border-radius:2px"></div></div>\(escaped(plain))</div>
        """
    }

    /// A bar over its text, to lie on the lower edge of a picture: what is there at the end is as high as
    /// what was there before, so that nothing below it moves.
    var overlay: String {
        """
        <div style="position:absolute;left:0;right:0;bottom:0;background:rgba(0,0,0,.6);color:#fff;\
        font-size:12px;line-height:20px;padding:0 6px;font-variant-numeric:tabular-nums">\
        <div \(aria) style="height:3px;margin:0 -6px;background:rgba(255,255,255,.3)">\
        <div style="width:\(percent)%;height:3px;background:#4c8bf5"></div></div>\
        <div style="display:flex;justify-content:space-between;gap:8px;white-space:nowrap;overflow:hidden">\
        <span>\(escaped(plain))</span>\
        <span style="flex:0 9999 auto;overflow:hidden;opacity:.75" title="A page that was reloaded is not \
        told about the end: run last() in a cell to see it.">Not moving? <code>last()</code></span></div></div>
        """
    }
}

/// A duration as people say it: "0.4 s", "12 s", "3 min 20 s", "2 h 5 min".
func duration(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds < 1e9 else { return "a long time" }
    let tenths = Int((max(seconds, 0) * 10).rounded())
    if tenths < 100 { return "\(tenths / 10).\(tenths % 10) s" }
    let whole = Int(seconds.rounded())
    if whole < 60 { return "\(whole) s" }
    if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }
    return "\(whole / 3600) h \(whole % 3600 / 60) min"
}
