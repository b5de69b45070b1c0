"""What can be found: the published courses and the lab's experiments, by their words, on SQLite and PostgreSQL."""
