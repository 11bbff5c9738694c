/// The server under load: where it is, and the requests that it takes.
struct Target {
    let endpoint: Endpoint
    let requests: RequestTemplate
    let subscribePath: String
    /// Where streams go that have nothing to do but to be there.
    let othersPath: String
    let postPath: String
    let postBody: String
    let contentType: String
    /// A text in a stream by which the server says that it is live; empty: the response's head says it.
    let readyMarker: String
    /// Addresses of this machine that streams connect from, in turn; none lets the kernel choose.
    let sources: [SocketAddress]

    /// - Parameter index: those from `plan.streams` on are the others.
    func connectStream(_ index: Int, _ plan: RoomPlan) throws -> (Socket, request: [UInt8]) {
        let path = index < plan.streams ? subscribePath : othersPath
        let digits = "\(plan.room(ofStream: index))"
        let room = String(repeating: "0", count: plan.width - digits.count) + digits
        return try connectStream(index, path: path, room: room)
    }

    func connectStream(_ index: Int, path: String, room: String = "0") throws -> (Socket, request: [UInt8]) {
        let source = sources.isEmpty ? nil : sources[index % sources.count]
        let socket = try Socket(connectingTo: endpoint.address, from: source)
        return (socket, requests.subscribe(path: path, stream: index, room: room))
    }

    /// - Parameter textSize: bytes of marker and padding together.
    func posters(_ plan: RoomPlan, marker: Marker, textSize: Int) throws -> PosterGroup {
        let digit = String(decoding: [PostRequest.roomDigit], as: UTF8.self)
        let posts = try (0..<plan.posters).map { poster in
            let bytes = requests.post(
                path: postPath, body: postBody, type: contentType, poster: poster,
                marker: marker.text(poster: poster), textSize: textSize,
                room: String(repeating: digit, count: plan.width))
            return try PostRequest(bytes, prefix: marker.prefix, roomWidth: plan.width)
        }
        return try PosterGroup(requests: posts, plan: plan) {
            try Socket(connectingTo: endpoint.address, from: nil)
        }
    }
}
