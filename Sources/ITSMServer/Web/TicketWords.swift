import ITSMCore

// What the words of tickets are on the screen, and how they look: never by colour alone.

/// A state, a priority or a kind as a page shows it: a shape from icons.svg, a word, and the class that colours the shape.
struct Mark: Sendable, Hashable {
    let word: String
    let icon: String
    let style: String
}

extension TicketStatus {
    /// `In progress`.
    var word: String { rawValue.asWords }

    var mark: Mark {
        switch self {
        case .new, .draft: Mark(word: word, icon: "s-new", style: "new")
        case .assigned, .approved, .scheduled: Mark(word: word, icon: "s-open", style: "open")
        case .inProgress, .inFulfilment, .investigating, .rootCauseIdentified, .knownError, .assessment, .implementing, .review:
            Mark(word: word, icon: "s-prog", style: "prog")
        case .pendingRequester, .pendingVendor, .pendingChange, .pending: Mark(word: word, icon: "s-wait", style: "wait")
        case .awaitingApproval: Mark(word: word, icon: "s-appr", style: "appr")
        case .resolved, .fulfilled, .done, .closed: Mark(word: word, icon: "s-done", style: "done")
        case .cancelled, .rejected: Mark(word: word, icon: "x", style: "ended")
        }
    }
}

extension Priority {
    /// `Critical`.
    var word: String { rawValue.asWords }
    var mark: Mark { Mark(word: word, icon: "p\(level)", style: "p\(level)") }
}

extension TicketKind {
    /// `Incident`, `Service request`, `Work order`.
    var word: String { self == .request ? "Service request" : rawValue.asWords }

    var mark: Mark {
        switch self {
        case .incident: Mark(word: word, icon: "bolt", style: rawValue)
        case .request: Mark(word: word, icon: "box", style: rawValue)
        case .problem: Mark(word: word, icon: "bug", style: rawValue)
        case .change: Mark(word: word, icon: "change", style: rawValue)
        case .workOrder: Mark(word: word, icon: "list", style: rawValue)
        }
    }
}

extension String {
    /// A name of the wire as people read it: `pendingRequester` is `Pending requester`.
    var asWords: String {
        var words = ""
        for letter in self {
            if words.isEmpty {
                words += letter.uppercased()
            } else if letter.isUppercase {
                words += " " + letter.lowercased()
            } else {
                words.append(letter)
            }
        }
        return words
    }
}
