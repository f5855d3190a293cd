import Mustache

// The queue is asked for all day, and its choices stand on it by the dozen; by switches they are found ten times faster than by reflection.

extension QueueScreen: MustacheParent {
    func child(named name: String) -> Any? {
        switch name {
        case "title": title
        case "caption": caption
        case "tabs": tabs
        case "filters": filters
        case "search": search
        case "columns": columns
        case "groupings": groupings
        case "grouping": grouping
        case "query": query
        case "matching": matching
        case "list": list
        case "changes": changes
        case "canRaise": canRaise
        case "sections": sections
        case "hasFieldChanges": hasFieldChanges
        case "hasTypedChanges": hasTypedChanges
        case "codes": codes
        case "layout": layout
        case "export": export
        case "save": save
        case "condition": condition
        default: nil
        }
    }
}

extension QueueScreen.Save: MustacheParent {
    func child(named name: String) -> Any? {
        switch name {
        case "address": address
        case "view": view
        default: nil
        }
    }
}

extension QueueScreen.Condition: MustacheParent {
    func child(named name: String) -> Any? {
        switch name {
        case "field": field
        case "fields": fields
        default: nil
        }
    }
}

extension QueueScreen.Tab: MustacheParent {
    func child(named name: String) -> Any? {
        switch name {
        case "name": self.name
        case "label": label
        case "address": address
        case "count": count
        case "isCurrent": isCurrent
        default: nil
        }
    }
}

extension QueueScreen.Column: MustacheParent {
    func child(named name: String) -> Any? {
        switch name {
        case "style": style
        case "label": label
        case "isHidden": isHidden
        case "sorting": sorting
        default: nil
        }
    }
}

extension QueueScreen.Column.Sorting: MustacheParent {
    func child(named name: String) -> Any? {
        switch name {
        case "address": address
        case "order": order
        case "isDescending": isDescending
        default: nil
        }
    }
}

extension QueueScreen.Choice: MustacheParent {
    func child(named name: String) -> Any? {
        switch name {
        case "label": label
        case "value": value
        case "isCurrent": isCurrent
        default: nil
        }
    }
}

extension QueueFilters: MustacheParent {
    func child(named name: String) -> Any? {
        switch name {
        case "chips": chips
        case "clear": clear
        case "query": query
        case "fields": fields
        default: nil
        }
    }
}

extension QueueFilters.Field: MustacheParent {
    func child(named name: String) -> Any? {
        switch name {
        case "name": self.name
        case "label": label
        case "isChoice": isChoice
        case "options": options
        case "hint": hint
        default: nil
        }
    }
}

extension QueueFilters.Field.Option: MustacheParent {
    func child(named name: String) -> Any? {
        switch name {
        case "value": value
        case "label": label
        default: nil
        }
    }
}

extension QueueChange: MustacheParent {
    func child(named name: String) -> Any? {
        switch name {
        case "value": value
        case "label": label
        case "icon": icon
        case "style": style
        case "needs": needs
        case "kinds": kinds
        case "isPlain": isPlain
        default: nil
        }
    }
}

extension QueueChange.Section: MustacheParent {
    func child(named name: String) -> Any? {
        switch name {
        case "name": self.name
        case "label": label
        case "changes": changes
        default: nil
        }
    }
}

extension QueueChanges: MustacheParent {
    func child(named name: String) -> Any? {
        switch name {
        case "canAssign": canAssign
        case "canMove": canMove
        case "canOverride": canOverride
        case "canTag": canTag
        case "isAny": isAny
        default: nil
        }
    }
}

extension QueueRows: MustacheParent {
    func child(named name: String) -> Any? {
        switch name {
        case "groups": groups
        case "more": more
        case "corrected": corrected
        case "state": state
        default: nil
        }
    }
}

extension QueueRows.Group: MustacheParent {
    func child(named name: String) -> Any? {
        switch name {
        case "key": key
        case "heading": heading
        case "rows": rows
        default: nil
        }
    }
}
