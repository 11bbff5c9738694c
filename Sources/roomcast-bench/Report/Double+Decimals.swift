extension Double {
    /// With so many digits after the point, and spaces between thousands: `1 234 567.8`.
    func decimals(_ count: Int) -> String {
        let scale = (0..<count).reduce(1) { scale, _ in scale * 10 }
        let scaled = Int((magnitude * Double(scale)).rounded())
        var whole = String(scaled / scale)
        var index = whole.count - 3
        while index > 0 {
            whole.insert(" ", at: whole.index(whole.startIndex, offsetBy: index))
            index -= 3
        }
        let sign = self < 0 && scaled > 0 ? "-" : ""
        guard count > 0 else { return sign + whole }
        let fraction = String(scaled % scale)
        return sign + whole + "." + String(repeating: "0", count: count - fraction.count) + fraction
    }
}
