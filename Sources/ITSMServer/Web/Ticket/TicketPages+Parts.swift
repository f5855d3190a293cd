import ITSMCore

/// The small forms of the page: watching, links, watchers, files.
extension TicketPages {
    func addParts(to table: inout RouteTable) {
        let tickets = tickets
        table.form("/tickets/{key}/watch", "Watch a ticket, or end watching it", query: [Self.from]) { call, form in
            let (key, caller) = (try call.ticketKey, call.principal)
            if form["watch"] == "off" {
                try await tickets.removeWatcher(caller.id, from: key, as: caller)
            } else {
                _ = try await tickets.addWatcher(.init(user: .id(caller.id)), to: key, as: caller)
            }
            return .seeOther("/tickets/\(key)\(call.from)", notice: form["watch"] == "off" ? "You no longer watch it." : "You watch it now.")
        }
        table.form("/tickets/{key}/watchers", "Add a watcher", query: [Self.from]) { call, form in
            let key = try call.ticketKey
            let watcher = try await tickets.addWatcher(.init(user: RefInput(form["user"])), to: key, as: call.principal)
            return .seeOther("/tickets/\(key)\(call.from)", notice: "\(watcher.name) watches it now.")
        }
        table.form("/tickets/{key}/watchers/{user}/remove", "Remove a watcher", query: [Self.from]) { call, _ in
            let key = try call.ticketKey
            try await tickets.removeWatcher(call.id("user", of: User.self, called: "watcher"), from: key, as: call.principal)
            return .seeOther("/tickets/\(key)\(call.from)", notice: "The watcher was removed.")
        }
        table.form("/tickets/{key}/links", "Link a ticket to another", query: [Self.from]) { call, form in
            let key = try call.ticketKey
            guard let type = TicketLink.Kind(rawValue: form["type"]), let other = TicketKey(form["ticket"]) else {
                throw ITSMError.invalid("/ticket", "Write the number of the other ticket, such as INC0000042.")
            }
            let link = try await tickets.addLink(.init(type: type, ticket: other), to: key, as: call.principal)
            return .seeOther("/tickets/\(key)\(call.from)", notice: "It is linked to \(link.ticket.number) now.")
        }
        table.form("/tickets/{key}/links/{link}/remove", "Remove a link", query: [Self.from]) { call, _ in
            let key = try call.ticketKey
            try await tickets.removeLink(call.id("link", of: TicketLink.self, called: "link"), from: key, as: call.principal)
            return .seeOther("/tickets/\(key)\(call.from)", notice: "The link was removed.")
        }
        addFiles(to: &table)
        addRedaction(to: &table)
    }

    private func addFiles(to table: inout RouteTable) {
        AttachmentForm(tickets: tickets, files: files).add(to: &table, at: "/tickets/{key}/files", query: [Self.from]) { key, call in
            "/tickets/\(key)\(call.from)"
        }
        let (tickets, database) = (tickets, database)
        table.form("/tickets/{key}/attachments/{attachment}/remove", "Delete a file", query: [Self.from]) { call, _ in
            let (key, caller) = (try call.ticketKey, call.principal)
            let id = try call.id("attachment", of: Attachment.self, called: "attachment")
            try await database.write { try tickets.deleteAttachment(id, on: key, in: $0, as: caller) }
            return .seeOther("/tickets/\(key)\(call.from)", notice: "The file was deleted.")
        }
    }
}
