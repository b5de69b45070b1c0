"""Question banks of other systems, into our Markdown and out of it."""
