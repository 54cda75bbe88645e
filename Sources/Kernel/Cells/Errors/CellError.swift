/// An error in a cell, with its place.
package struct CellError: Error, Sendable {
    /// The kinds of errors.
    package enum Kind: String, Sendable, CaseIterable {
        /// The cell is not valid Swift.
        case syntax
        /// The cell uses a part of Swift that cells do not support.
        case unsupported
        /// A name that is not defined.
        case unknownName
        /// A member that the value does not have.
        case unknownMember
        /// A value of the wrong type.
        case wrongType
        /// A call that does not match its declaration.
        case wrongArgument
        /// Division by zero, overflow.
        case arithmetic
        /// An index or key that does not exist.
        case outOfRange
        /// A limit is exceeded: too long, too deep.
        case tooLarge
        /// An assignment to something that cannot change.
        case constant
        /// `assert`, `precondition`, `fatalError`, `throw`, `!` on nil.
        case failure
        /// An error that a command or an object threw.
        case command
        /// The user interrupted the cell.
        case interrupted
    }

    /// A place in the source of a cell.
    package struct Location: Sendable, Hashable {
        /// The line, from 1.
        package var line: Int
        /// The column, from 1, in Unicode scalars.
        package var column: Int
        /// The text of that line.
        var sourceLine: String
    }

    /// An additional remark about the error.
    package struct Note: Sendable {
        /// The remark.
        package var message: String
        /// The place that it is about.
        package var location: Location?

        /// Creates a remark.
        package init(_ message: String, location: Location? = nil) {
            self.message = message
            self.location = location
        }
    }

    /// The kind of error.
    package var kind: Kind
    /// The message, in the user's words.
    package var message: String
    /// The place of the error; nil until the interpreter has added it.
    package var location: Location?
    /// Additional remarks.
    package var notes: [Note]
    /// The error that a command or an object threw.
    package var underlying: (any Error)?
    /// The index of the call's argument that is wrong, until the interpreter has turned it into a location.
    var argument: Int?
    /// Whether the label of that argument is wrong, and not its value.
    var isAboutLabel = false

    /// Creates an error without a place.
    ///
    /// If a command throws it, it gets the place of the call.
    package init(
        _ kind: Kind, _ message: String, location: Location? = nil, notes: [Note] = [],
        underlying: (any Error)? = nil
    ) {
        self.kind = kind
        self.message = message
        self.location = location
        self.notes = notes
        self.underlying = underlying
    }
}
