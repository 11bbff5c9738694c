/// What the server holds at a moment.
struct Footprint: Encodable {
    /// Resident, in bytes.
    let memory: Int
    let descriptors: Int

    private enum CodingKeys: String, CodingKey {
        case memory = "residentBytes"
        case descriptors
    }
}

extension Footprint {
    init(of processes: ServerProcesses) {
        memory = processes.residentMemory()
        descriptors = processes.descriptorCount()
    }
}
