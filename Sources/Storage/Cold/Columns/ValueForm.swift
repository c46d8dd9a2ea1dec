/// How the distinct values of a column are written (docs/store-format.md, "Columns").
enum ValueForm: UInt8 {
    /// Lengths, then all bytes.
    case texts = 0
    /// Values of one length: the positions at which they differ, as planes of bytes, two hexadecimal digits in one.
    case positions = 1
    /// Decimal integers.
    case integers = 2
    /// RFC 3339 date-times of one form.
    case times = 3
    /// Dotted IPv4 addresses.
    case addresses = 4
    /// The values of another column without their quotes.
    case unquoted = 5
    /// The values of another column.
    case same = 6
    /// Times or numbers that are the row's time, in one form for all rows; nothing is written.
    case rowTime = 7
}

/// How a column tells which row has which of its values.
enum CodeForm: UInt8 {
    /// Row by row, in order: there are as many values as rows.
    case direct = 0
    /// A code a row.
    case own = 1
    /// The codes of another column, which has as many rows.
    case shared = 2
    /// A function of another column's code; every row of this column is one of that.
    case mapped = 3
}
