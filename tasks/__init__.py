"""The work: one module a stage, and what a stage knows (`arabic` as rules, `lexicons` as data)."""
