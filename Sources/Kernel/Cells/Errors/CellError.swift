/// What went wrong in a cell, and where.
public struct CellError: Error, Sendable {
    /// The sort of an error.
    public enum Kind: String, Sendable, CaseIterable {
        /// The cell is not Swift.
        case syntax
        /// The cell is Swift that cells do not have.
        case unsupported
        /// A name that nobody has defined.
        case unknownName
        /// A member that the value does not have.
        case unknownMember
        /// A value of the wrong type.
        case wrongType
        /// A call that does not fit its declaration.
        case wrongArgument
        /// Division by zero, overflow.
        case arithmetic
        /// An index or key that does not exist.
        case outOfRange
        /// More than a cell may use: too long, too deep.
        case tooLarge
        /// Assigning to what cannot change.
        case constant
        /// `assert`, `precondition`, `fatalError`, `throw`, `!` on nil.
        case failure
        /// A command or an object threw.
        case command
        /// The user interrupted the cell.
        case interrupted
    }

    /// A place in the source of a cell.
    public struct Location: Sendable, Hashable {
        /// The line, from 1.
        public var line: Int
        /// The column, from 1, in Unicode scalars.
        public var column: Int
        /// The text of that line.
        public var sourceLine: String
    }

    /// A remark that helps with the error.
    public struct Note: Sendable {
        /// The remark.
        public var message: String
        /// The place that it is about.
        public var location: Location?

        /// A remark.
        public init(_ message: String, location: Location? = nil) {
            self.message = message
            self.location = location
        }
    }

    /// The sort of error.
    public var kind: Kind
    /// What is wrong, in the user's words.
    public var message: String
    /// Where it is wrong; nil until the interpreter has added it.
    public var location: Location?
    /// Remarks.
    public var notes: [Note]
    /// The error that a command or an object threw.
    public var underlying: (any Error)?
    /// Which of the call's arguments is meant, until the interpreter has made a location of it.
    var argument: Int?
    /// Whether that argument's label is meant and not its value.
    var isAboutLabel = false

    /// An error without a place.
    ///
    /// Thrown by a command, it gets the place of the call.
    public init(
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
