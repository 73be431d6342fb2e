"""What holds for all tests. Plugins have to be named here, at the top."""

import os

from hypothesis import Phase, settings

pytest_plugins = [
    "tests.features.diary_steps",
    "tests.features.import_steps",
    "tests.features.reading_steps",
    "tests.features.trend_steps",
]

# Java's second compiler takes more than it gives to processes that live for seconds.
os.environ.setdefault("JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1")

# How long an example takes says how busy the machine is, and nothing of the code.
settings.register_profile("untimed", deadline=None)
settings.register_profile("quick", deadline=None, max_examples=20)  # for make check
settings.register_profile(  # for make mutate: the same examples each time, and none made small
    "mutation",
    deadline=None,
    max_examples=20,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
)
settings.load_profile("untimed")
