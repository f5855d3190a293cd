import ArgumentParser

/// `completion SHELL`
struct Completion: Command {
    static let configuration = CommandConfiguration(
        commandName: "completion", abstract: "Print the completion script for a shell.",
        discussion: "For example: itsmctl completion bash > /etc/bash_completion.d/itsmctl")

    @Argument(help: "bash, zsh or fish.") var shell: String

    func run(_ console: Console) async throws {
        guard let shell = CompletionShell(rawValue: shell) else { throw ValidationError("Completion is there for bash, zsh and fish.") }
        try console.write(Itsmctl.completionScript(for: shell) + "\n")
    }
}
