import ITSMCore

/// The table of contents: one store per family of tables, each made from the unit's connection.
extension UnitOfWork {}
