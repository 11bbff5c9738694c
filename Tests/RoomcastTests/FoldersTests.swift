import Testing

@testable import roomcast

@Suite struct FoldersTests {
    @Test(arguments: [
        (["STATE_DIRECTORY": "/var/lib/roomcast", "XDG_DATA_HOME": "/x", "HOME": "/h"], "/var/lib/roomcast"),
        (["STATE_DIRECTORY": "/var/lib/a:/var/lib/b"], "/var/lib/a"),
        (["STATE_DIRECTORY": "", "XDG_DATA_HOME": "/x", "HOME": "/h"], "/x/roomcast"),
        (["XDG_DATA_HOME": "/x", "HOME": "/h"], "/x/roomcast"),
        (["XDG_DATA_HOME": "relative", "HOME": "/h"], "/h/.local/share/roomcast"),
        (["XDG_DATA_HOME": "", "HOME": "/h"], "/h/.local/share/roomcast"),
        (["HOME": "/h"], "/h/.local/share/roomcast"),
    ])
    func dataFolder_IsTheFirstThatIsGiven(environment: [String: String], folder: String) {
        #expect(Folders.data(environment: environment) == folder)
    }
}
