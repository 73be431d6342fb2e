"""Loads kafka-python, which reads its own files in a way that Python 3.11 calls deprecated."""

import warnings

with warnings.catch_warnings():
    warnings.filterwarnings("ignore", "(read|open)_text is deprecated", DeprecationWarning)
    import kafka  # noqa: F401  # loaded here once, for every test of this folder
