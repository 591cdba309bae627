"""What every feature stands on: database types, transactions, errors, texts, audit, web plumbing. Imports no feature."""
