"""Python's syntax tree turned into functions of a frame: the only code that runs."""
