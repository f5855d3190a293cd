import Dispatch
import Foundation

/// Ctrl-C and SIGTERM for work that has something to put in order before the program ends.
enum Interruption {
    /// Waits for the task, which the signals cancel meanwhile instead of ending the program.
    static func cancels<Value>(_ task: Task<Value, any Error>) async -> Result<Value, any Error> {
        let sources = [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number)
            source.setEventHandler { task.cancel() }
            source.resume()
            return (number, source)
        }
        let outcome = await withTaskCancellationHandler {
            await task.result
        } onCancel: {
            task.cancel()
        }
        for (number, source) in sources {
            source.cancel()
            signal(number, SIG_DFL)
        }
        return outcome
    }
}
