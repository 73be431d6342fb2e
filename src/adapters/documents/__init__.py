"""The documents that the API, the command line and MongoDB show: their fields are a contract.

Each is one class, which says its fields with their types and an example, and where in the
domain's values each is found.
"""

from typing import Any

Document = dict[str, Any]
