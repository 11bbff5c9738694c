import Testing

@testable import ChatHTTP
@testable import MicroHTTPD

@Suite struct StreamLimitTests {
    private let ann = IPAddress("203.0.113.7")!

    @Test func place_CountsWhileItIsHeld() {
        let limit = StreamLimit(perAddress: 2)
        var places = [limit.take(for: ann), limit.take(for: ann)]
        #expect(!places.contains { $0 == nil })
        #expect(limit.take(for: ann) == nil)
        #expect(limit.take(for: IPAddress("203.0.113.8")!) != nil)
        places.removeLast()
        places.append(limit.take(for: ann))
        #expect(places.last! != nil)
        #expect(limit.addressCount == 1)
        places = []
        #expect(limit.addressCount == 0)
    }

    @Test func networkOfIPv6_SharesItsPlaces() {
        let limit = StreamLimit(perAddress: 1)
        let place = limit.take(for: IPAddress("2001:db8::1")!)
        #expect(place != nil)
        #expect(limit.take(for: IPAddress("2001:db8::2")!) == nil)
        #expect(limit.take(for: IPAddress("2001:db8:0:1::2")!) != nil)
    }
}
