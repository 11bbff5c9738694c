/// The server under load: where it is, and the requests that it takes.
struct Target {
    let endpoint: Endpoint
    let requests: RequestTemplate
    let subscribePath: String
    let postPath: String
    let postBody: String
    let contentType: String
    /// Addresses of this machine that streams connect from, in turn; none lets the kernel choose.
    let sources: [SocketAddress]

    func connectStream(_ index: Int) throws -> (Socket, request: [UInt8]) {
        let source = sources.isEmpty ? nil : sources[index % sources.count]
        let socket = try Socket(connectingTo: endpoint.address, from: source)
        return (socket, requests.subscribe(path: subscribePath, stream: index))
    }

    /// - Parameter textSize: bytes of marker and padding together.
    func posters(_ count: Int, marker: Marker, textSize: Int) throws -> PosterGroup {
        let posts = (0..<count).map { poster in
            requests.post(
                path: postPath, body: postBody, type: contentType, poster: poster,
                marker: marker.text(poster: poster), textSize: textSize)
        }
        return try PosterGroup(requests: posts, marker: marker) {
            try Socket(connectingTo: endpoint.address, from: nil)
        }
    }
}
