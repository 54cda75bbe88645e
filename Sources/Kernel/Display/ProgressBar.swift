/// How far long work is: a bar, the count and the time left.
struct ProgressBar {
    /// How much is done.
    let done: Int
    /// How much there is to do.
    let total: Int
    /// What is counted: "step".
    let unit: String
    /// How long it will take; nil when unknown.
    let secondsLeft: Double?

    init(done: Int, of total: Int, unit: String, secondsLeft: Double?) {
        self.done = done
        self.total = max(total, 1)
        self.unit = unit
        self.secondsLeft = secondsLeft
    }

    /// "step 12 of 256, 3 s left"
    var plain: String {
        "\(unit) \(done) of \(total)" + (secondsLeft.map { ", \(duration($0)) left" } ?? "")
    }

    /// A bar over its text, to lie on the lower edge of a picture: what is there at the end is as high as
    /// what was there before, so that nothing below it moves.
    var overlay: String {
        let percent = min(100, done * 100 / total)
        return """
            <div style="position:absolute;left:0;right:0;bottom:0;background:rgba(0,0,0,.6);color:#fff;\
            font-size:12px;line-height:20px;padding:0 6px;font-variant-numeric:tabular-nums">\
            <div role="progressbar" aria-valuenow="\(done)" aria-valuemin="0" aria-valuemax="\(total)" \
            style="height:3px;margin:0 -6px;background:rgba(255,255,255,.3)">\
            <div style="width:\(percent)%;height:3px;background:#4c8bf5"></div></div>\(escaped(plain))</div>
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
