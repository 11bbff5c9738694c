internal import CMicroHTTPD
internal import Glibc

// The steps in which libmicrohttpd hands over one request: its first line, its headers, pieces of its body, its end, and
// once more for each time that it was suspended.
extension Connection {
    /// The request line is in. Before this a keep-alive connection may idle; from here the headers must come.
    func requestLine(_ uri: UnsafePointer<CChar>) {
        daemon.progress &+= 1
        pending = PendingRequest(target: Array(UnsafeRawBufferPointer(start: uri, count: strlen(uri))))
        setDeadline(inSeconds: loop.deadlines.headers)
    }

    func access(
        method: UnsafePointer<CChar>, target: UnsafePointer<CChar>, version: UnsafePointer<CChar>,
        upload: UnsafePointer<CChar>?, uploadSize: UnsafeMutablePointer<Int>
    ) -> MHD_Result {
        daemon.progress &+= 1
        // What was still in the kernel's queue when the connection was given up is read all the same. Nothing may begin
        // with it: a suspended request that is dead already would never be resumed.
        guard !isDead, let pending else { return .NO }
        switch phase {
        case .awaitingRequest:
            pending.method = String(cString: method)
            let head = RequestHead(
                method: method, target: target, rawTarget: pending.target, version: version,
                size: cmhd_head_size(pointer))
            return headersComplete(pending, head, version: String(cString: version))
        case .receivingBody where uploadSize.pointee > 0:
            let isWanted = receive(UnsafeRawBufferPointer(start: upload, count: uploadSize.pointee), for: pending)
            uploadSize.pointee = 0
            return isWanted ? .YES : .NO
        case .receivingBody:
            return bodyComplete(pending)
        case .handling:
            // Called again after being resumed with the answer.
            guard let answer = pending.answer else { return .NO }
            // Its reader is told of its end once: from here on as the connection's.
            pending.answer = nil
            return queue(answer)
        case .writing, .parked:
            return .NO
        }
    }

    /// libmicrohttpd closes after any response queued in this call, so all but refusals wait for the request's end.
    private func headersComplete(_ pending: PendingRequest, _ head: RequestHead, version: String) -> MHD_Result {
        isHTTP10 = version == "HTTP/1.0"
        guard isHTTP10 || version == "HTTP/1.1" else {
            return queue(loop.handler.response(to: .unsupportedVersion(version)))
        }
        let framing = RequestFraming(pointer, isHTTP10: isHTTP10)
        if let reason = head.fault ?? framing.fault {
            return queue(loop.handler.response(to: .malformed(reason: reason)))
        }
        switch loop.handler.admit(Request(self, pending)) {
        case .refuse(let response):
            return queue(response)
        case .body(let limit):
            let announced = framing.contentLength ?? 0
            if announced > limit, framing.expectsContinue || announced - limit > loop.drainLimit {
                return queue(loop.handler.response(to: .bodyTooLarge(limit: limit, size: announced)))
            }
            pending.bodyLimit = limit
            pending.isChunked = framing.isChunked
            pending.body.reserveCapacity(min(announced, limit))
            phase = .receivingBody
            setDeadline(inSeconds: loop.deadlines.body)
            return .YES
        }
    }

    /// Keeps what is within the limit, and reads on beyond it for a while so that a refusal can be answered.
    private func receive(_ bytes: UnsafeRawBufferPointer, for pending: PendingRequest) -> Bool {
        pending.bodyBytesReceived += bytes.count
        if pending.bodyBytesReceived <= pending.bodyLimit {
            pending.body.append(contentsOf: bytes)
        } else {
            pending.body = []
        }
        return pending.bodyBytesReceived - pending.bodyLimit <= loop.drainLimit
    }

    private func bodyComplete(_ pending: PendingRequest) -> MHD_Result {
        guard pending.bodyBytesReceived <= pending.bodyLimit else {
            return queue(
                loop.handler.response(
                    to: .bodyTooLarge(limit: pending.bodyLimit, size: pending.bodyBytesReceived)))
        }
        switch loop.handler.answer(Request(self, pending)) {
        case .now(let response):
            return queue(response)
        case .later(let start):
            phase = .handling
            clearDeadline()
            suspend()
            start(SuspendedRequest(self))
            return .YES
        }
    }

    /// The answer to a suspended request has come, unless that request is over.
    func answerSuspended(_ number: UInt32, _ response: () -> Response) -> Bool {
        guard number == requestNumber, phase == .handling, !isDead, let pending else { return false }
        pending.suspendedRequest = nil
        pending.answer = response()
        resume()
        return true
    }

    private func queue(_ response: Response) -> MHD_Result {
        var response = response
        if daemon.isTLS { response.headers += loop.headersOverTLS }
        // Nothing of ours sees the chunks, and libmicrohttpd 0.9.75 takes a lone LF for the end of a chunk's size line, and of its
        // data: a proxy that reads it otherwise finds the end elsewhere, and what follows must not be taken for a request.
        let isLast = loop.isEnding || pending?.isChunked == true
        if isLast { response.headers.append(Header("Connection", "close")) }
        reader = response.reader
        isEndless = response.isEndless
        guard let queued = response.makeMHDResponse(for: self) else { return .NO }
        // microhttpd.h: a queued response is kept by reference, so ours is given up either way.
        defer { MHD_destroy_response(queued) }
        startWriting()
        guard MHD_queue_response(pointer, UInt32(response.status), queued) == .YES else {
            reader?.closed(.error)
            reader = nil
            return .NO
        }
        pending = nil
        if isEndless && reader != nil { responseWithHeaders = queued }
        bytesSincePagesReleased = .max
        reader?.opened(on: self)
        return .YES
    }
}
