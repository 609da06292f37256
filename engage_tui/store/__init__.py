"""SQLite: schema, migrations and one module of named queries for each noun."""
