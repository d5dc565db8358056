"""What each table and column is, and the contracts between rooms. Typed values and protocols, no IO."""
