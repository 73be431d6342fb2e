"""What can go wrong with the stack."""


class StackError(Exception):
    """A tool or a jar is missing, or a server does not start: one sentence for a person."""
