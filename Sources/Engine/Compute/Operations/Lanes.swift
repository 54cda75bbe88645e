/// Eight floats that are computed together: one AVX register.
package typealias Lanes = SIMD8<Float>

extension UnsafePointer where Pointee == Float {
    /// Loads the eight floats from `index` on.
    @inline(__always)
    package func lanes(_ index: Int) -> Lanes {
        UnsafeRawPointer(self + index).loadUnaligned(as: Lanes.self)
    }

    /// Loads `count` floats from `index` on, at most seven, into the first lanes, and `filler` into the others.
    @inline(__always)
    package func lanes(_ index: Int, first count: Int, filler: Float = 0) -> Lanes {
        var result = Lanes(repeating: filler)
        for lane in 0..<count { result[lane] = self[index + lane] }
        return result
    }

    /// Returns the dot product with another row of `count` floats.
    @inline(__always)
    package func dot(_ other: UnsafePointer<Float>, count: Int) -> Float {
        var sum = Lanes.zero
        var index = 0
        while index + 8 <= count {
            sum += lanes(index) * other.lanes(index)
            index += 8
        }
        var total = sum.total
        while index < count {
            total += self[index] * other[index]
            index += 1
        }
        return total
    }
}

extension UnsafeMutablePointer where Pointee == Float {
    /// Loads the eight floats from `index` on.
    @inline(__always)
    package func lanes(_ index: Int) -> Lanes {
        UnsafePointer(self).lanes(index)
    }

    /// Writes eight floats from `index` on.
    @inline(__always)
    package func store(_ lanes: Lanes, _ index: Int) {
        UnsafeMutableRawPointer(self + index).storeBytes(of: lanes, as: Lanes.self)
    }

    /// Writes the first `count` lanes from `index` on.
    @inline(__always)
    package func store(_ lanes: Lanes, _ index: Int, first count: Int) {
        for lane in 0..<count { self[index + lane] = lanes[lane] }
    }

    /// Writes eight floats, or adds them to what is there.
    @inline(__always)
    package func store(_ lanes: Lanes, _ index: Int, adding: Bool) {
        store(adding ? self.lanes(index) + lanes : lanes, index)
    }

    /// Adds `count` floats of a row, each times `factor`.
    @inline(__always)
    package func add(_ row: UnsafePointer<Float>, times factor: Float, count: Int) {
        var index = 0
        while index + 8 <= count {
            store(lanes(index) + row.lanes(index) * factor, index)
            index += 8
        }
        while index < count {
            self[index] += row[index] * factor
            index += 1
        }
    }
}

extension SIMD8 where Scalar == Float {
    /// The sum of the eight lanes, always in the same order.
    @inline(__always)
    package var total: Float {
        let four = lowHalf + highHalf
        let two = four.lowHalf + four.highHalf
        return two.x + two.y
    }

    /// Returns the greater of each pair of lanes.
    ///
    /// The standard library's `pointwiseMax` goes lane by lane; a comparison and a blend do not.
    @inline(__always)
    package static func greater(_ a: Lanes, _ b: Lanes) -> Lanes { a.replacing(with: b, where: a .< b) }

    /// Returns the lesser of each pair of lanes.
    @inline(__always)
    package static func lesser(_ a: Lanes, _ b: Lanes) -> Lanes { a.replacing(with: b, where: b .< a) }

    /// The absolute value of each lane.
    @inline(__always)
    package var magnitudes: Lanes {
        unsafeBitCast(unsafeBitCast(self, to: SIMD8<UInt32>.self) & 0x7FFF_FFFF, to: Lanes.self)
    }

    /// The greatest of the eight lanes.
    @inline(__always)
    package var greatest: Float {
        var result = self[0]
        for lane in 1..<8 { result = Swift.max(result, self[lane]) }
        return result
    }

    /// Returns e to the power of each lane, to two units in the last place; 0 below −87, the largest finite power above 88.
    ///
    /// The power of two is split off by rounding x / ln 2; the rest, at most ln 2 / 2, goes through a
    /// polynomial of degree six. Source: the coefficients of Cephes `expf` (Moshier 1989).
    @inline(__always)
    package static func exponential(_ x: Lanes) -> Lanes {
        // Adding and subtracting 1.5 × 2²³ rounds to the nearest integer in two plain additions.
        let rounding = Lanes(repeating: 12_582_912)
        let clamped = lesser(greater(x, Lanes(repeating: -87.3)), Lanes(repeating: 88.3))
        let shifted = clamped * Float(1.442_695_04) + rounding
        let power = shifted - rounding
        // ln 2 in two parts, the first exact in few bits, so that the rest keeps its precision.
        let rest = (clamped - power * Float(0.693_359_375)) + power * Float(2.121_944_4e-4)
        var sum = rest * Float(1.987_569_15e-4) + Float(1.398_199_950_7e-3)
        sum = sum * rest + Float(8.333_451_907_3e-3)
        sum = sum * rest + Float(4.166_579_589_4e-2)
        sum = sum * rest + Float(1.666_666_545_9e-1)
        sum = sum * rest + Float(5.000_000_120_1e-1)
        let mantissa = sum * (rest * rest) + rest + Float(1)
        // `shifted` carries the integer in its low bits; adding it to the exponent multiplies by the power of two.
        let bits = unsafeBitCast(shifted, to: SIMD8<Int32>.self) &<< 23
        let result = unsafeBitCast(unsafeBitCast(mantissa, to: SIMD8<Int32>.self) &+ bits, to: Lanes.self)
        return result.replacing(with: 0, where: x .< Lanes(repeating: -87.3))
    }
}
