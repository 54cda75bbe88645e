import Compute

/// How a framework fits windows to a grid of patches: which it makes smaller, which it shifts, and where it pads.
enum WindowRule: Sendable, Hashable {
    /// timm: a window is at most as high and as wide as the grid, is shifted along a side only where it is smaller, and empty
    /// places are added after the shift.
    case timm
    /// torchvision: windows keep their size, and empty places are shifted with the patches.
    case torchvision
    /// Hugging Face's Swin: as torchvision, and no window is shifted on a grid whose shorter side is at most a window.
    case huggingFace
    /// Hugging Face's backbones of Swin: as torchvision, and windows are shifted on every grid.
    case huggingFaceBackbone
    /// Hugging Face's Swin v2: as torchvision, with the sizes and shifts that timm gives the grid that the model was made for.
    case huggingFaceSecond

    /// Whether a table of relative positions is resampled for smaller windows.
    var resamplesTables: Bool { self == .timm }

    /// Returns the windows of a block.
    ///
    /// - Parameters:
    ///   - grid: the patches of the block's stage.
    ///   - size: the rows and columns of a window.
    ///   - shifts: whether the block is one of those, every second, that shift the windows by half their size.
    ///   - made: the grid of the stage in the model as it was made, for pictures of its own size.
    func windows(
        of grid: TokenLayout, size: (rows: Int, columns: Int), shifts: Bool, made: (rows: Int, columns: Int)
    ) -> WindowLayout {
        let half = (rows: shifts ? size.rows / 2 : 0, columns: shifts ? size.columns / 2 : 0)
        switch self {
        case .timm:
            return WindowLayout(
                grid: grid, rows: min(size.rows, grid.rows), columns: min(size.columns, grid.columns),
                rowShift: grid.rows <= size.rows ? 0 : half.rows,
                columnShift: grid.columns <= size.columns ? 0 : half.columns)
        case .torchvision:
            return WindowLayout(
                grid: grid, rows: size.rows, columns: size.columns, rowShift: grid.rows <= size.rows ? 0 : half.rows,
                columnShift: grid.columns <= size.columns ? 0 : half.columns, rollsPadding: true)
        case .huggingFace:
            let shortest = min(grid.rows, grid.columns)
            let fits = shortest > size.rows
            let side = min(size.rows, shortest)
            return WindowLayout(
                grid: grid, rows: side, columns: side, rowShift: fits ? half.rows : 0,
                columnShift: fits ? half.columns : 0, rollsPadding: true)
        case .huggingFaceBackbone:
            return WindowLayout(
                grid: grid, rows: size.rows, columns: size.columns, rowShift: half.rows, columnShift: half.columns,
                rollsPadding: true)
        case .huggingFaceSecond:
            let side = min(size.rows, made.rows)
            let shift = made.rows <= side ? 0 : half.rows
            return WindowLayout(
                grid: grid, rows: side, columns: side, rowShift: shift, columnShift: shift, rollsPadding: true)
        }
    }
}
