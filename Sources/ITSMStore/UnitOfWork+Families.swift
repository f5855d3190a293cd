import ITSMCore

/// The table of contents: one store per family of tables, each made from the unit's connection.
extension UnitOfWork {
    package var settings: any SettingsStore { absent() }
    package var services: any BusinessServiceStore { absent() }
    package var categories: any CategoryStore { absent() }
    package var desk: any DeskStore { absent() }
    package var activity: any ActivityStore { absent() }

    /// Families whose tables are still to come.
    private func absent(_ name: StaticString = #function) -> Never { fatalError("the tables of \(name) are not there yet") }
}
