extension String {
    /// The elements of a list, as in a header, without those that are empty.
    ///
    /// By its bytes: a `Character` is what people see as one, so a comma beside a mark or a sign that joins it would be no
    /// comma, and whoever wrote what stands before a list's last element could make it no element.
    func elements(separatedBy separator: Unicode.Scalar, keepingEmpty: Bool = false) -> [Substring] {
        utf8.split(separator: UInt8(ascii: separator), omittingEmptySubsequences: !keepingEmpty).map { Substring($0) }
    }
}
