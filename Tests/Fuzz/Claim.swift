/// What a harness says must hold; optimised builds too tell what did not.
func claim(_ holds: Bool, _ what: @autoclosure () -> String) {
    if !holds { fatalError("broken: \(what())") }
}
