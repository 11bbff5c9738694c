/// What the server holds at a moment.
struct Footprint: Encodable {
    /// Resident, in bytes.
    let memory: Int
    let descriptors: Int

    init(of processes: ServerProcesses) {
        memory = processes.residentMemory()
        descriptors = processes.descriptorCount()
    }

    private enum CodingKeys: String, CodingKey {
        case memory = "residentBytes"
        case descriptors
    }
}
