// Hot path.

/// What is kept of an entity: 52 bytes. With `SeasonCells`, for entities that are active often enough, 196.
package struct CountState: Sendable, Equatable, BitwiseCopyable {
    private var keyLow: UInt32
    private var keyHigh: UInt32
    /// The open bucket's number: seconds since 1970 divided by a bucket's length.
    package var bucket: UInt32
    /// Of the open bucket, so far.
    package var count: UInt32 = 0
    /// The count from which on the open bucket has to be looked at.
    var trigger = UInt32.max
    /// The bucket in which it fired last (29 bits, 0: never), and three marks. Here, so that an event touches 24 bytes in a row.
    private var alert: UInt32 = 0
    /// Posterior of the rate, a Gamma distribution, discounted: counts and buckets seen.
    package var alpha: Float = 0
    package var beta: Float = 0
    /// Dispersion: squared errors beyond a Poisson distribution's, and squared means.
    package var numerator: Float = 0
    package var denominator: Float = 0
    /// The highest counts of closed buckets in the present epoch and the one before; for drops, the lowest.
    package var record: UInt32
    package var previousRecord: UInt32
    /// Hour of the first event since 1970 (24 bits), and how many buckets were not empty, up to 255.
    private var age: UInt32

    init(key: UInt64, bucket: UInt32, hour: UInt32, emptyRecord: UInt32) {
        keyLow = UInt32(truncatingIfNeeded: key)
        keyHigh = UInt32(truncatingIfNeeded: key &>> 32)
        self.bucket = bucket
        record = emptyRecord
        previousRecord = emptyRecord
        age = min(hour, 0xff_ffff) &<< 8
    }

    @inline(__always)
    var key: UInt64 { UInt64(keyHigh) &<< 32 | UInt64(keyLow) }

    package var firstHour: UInt32 { age &>> 8 }
    package var activeBuckets: Int { Int(age & 0xff) }
    mutating func noteActive() { if age & 0xff < 0xff { age += 1 } }

    package var lastAlert: UInt32? {
        get { alert &>> 3 == 0 ? nil : alert &>> 3 }
        set { alert = alert & 7 | (newValue ?? 0) &<< 3 }
    }

    /// Whether `trigger` is the smallest count that fires, not just one below which none does.
    var isTriggerExact: Bool {
        get { alert & 1 != 0 }
        set { alert = newValue ? alert | 1 : alert & ~1 }
    }

    /// Whether it was touched since the clock's hand passed.
    var isReferenced: Bool {
        get { alert & 2 != 0 }
        set { alert = newValue ? alert | 2 : alert & ~2 }
    }

    /// Whether it had been known before it was forgotten: it is not new, but has to be learned again.
    var isResumed: Bool {
        get { alert & 4 != 0 }
        set { alert = newValue ? alert | 4 : alert & ~4 }
    }

    /// Adds to the open bucket; whether its count has to be looked at.
    @inline(__always)
    mutating func raise(by events: UInt32) -> Bool {
        let (sum, overflow) = count.addingReportingOverflow(events)
        count = overflow ? .max : sum
        isReferenced = true
        return count >= trigger
    }

    /// Whether it is to be forgotten before another one: not touched since the clock's hand passed, less active, seen earlier.
    func isLess(than other: CountState) -> Bool {
        if isReferenced != other.isReferenced { return !isReferenced }
        return alpha != other.alpha ? alpha < other.alpha : bucket < other.bucket
    }

    // MARK: Bytes

    package static let size = 52

    /// With the word that says whether cells follow.
    static let savedSize = 56

    /// Writes the 13 words of a snapshot, and whether cells follow.
    func write(to bytes: UnsafeMutableRawPointer, hasCells: Bool) {
        func store(_ place: Int, _ first: UInt32, _ second: UInt32) {
            bytes.storeBytes(of: first.littleEndian, toByteOffset: place * 8, as: UInt32.self)
            bytes.storeBytes(of: second.littleEndian, toByteOffset: place * 8 + 4, as: UInt32.self)
        }
        store(0, keyLow, keyHigh)
        store(1, bucket, count)
        store(2, trigger, alpha.bitPattern)
        store(3, beta.bitPattern, numerator.bitPattern)
        store(4, denominator.bitPattern, record)
        store(5, previousRecord, age)
        store(6, alert, hasCells ? 1 : 0)
    }

    /// Of pairs of words as they were written. Nil if a number is none that a model computes with.
    init?(words: InlineArray<7, UInt64>) {
        func low(_ place: Int) -> UInt32 { UInt32(truncatingIfNeeded: words[place]) }
        func high(_ place: Int) -> UInt32 { UInt32(truncatingIfNeeded: words[place] &>> 32) }
        (keyLow, keyHigh, bucket, count, trigger) = (low(0), high(0), low(1), high(1), low(2))
        (alpha, beta) = (Float(bitPattern: high(2)), Float(bitPattern: low(3)))
        (numerator, denominator) = (Float(bitPattern: high(3)), Float(bitPattern: low(4)))
        (record, previousRecord, age, alert) = (high(4), low(5), high(5), low(6))
        func isRate(_ number: Float) -> Bool { number.isFinite && number >= 0 }
        guard isRate(alpha), isRate(beta), isRate(numerator), isRate(denominator), beta > 0 else { return nil }
    }
}
