"""Plugins have to be named here, at the top."""

pytest_plugins = [
    "tests.features.diary_steps",
    "tests.features.import_steps",
    "tests.features.reading_steps",
    "tests.features.trend_steps",
]
