"""Declared operations as values: what executor, verifier and classifier have to read alike.

facts      the customer's basic facts, by the pack's queries         rules     may it go on, and if not, why not
reads      declared reads as parameterised SQL                       preview   effect + matched rows -> row changes
resolve    `$argument`, `{expr: ...}` -> typed values of columns     diffs     row changes in their one form
evidence   an argument's value derived again from its quote          summary   row changes in words
guards     cooling-off and rate limits, from the ledger             undo, undoing  taking back what the ledger has
situation  what rules and words look at                              survey    facts, reads, rules: all of it at once
remote     effects in other systems: what is sent, and what they say beforehand would change

Nothing here writes. Everything but `facts`, `reads.gather`, `preview.matched_rows`, `guards.read_past`, `undoing`,
`remote.foresee` and `survey` is pure.
"""
