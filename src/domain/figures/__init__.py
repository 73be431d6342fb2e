"""Every figure that is shown, worked out from a diary's entries.

Nothing here is shared with ``recompute``, which checks what is stored.
"""
