// The cell language.
